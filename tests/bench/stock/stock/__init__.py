"""A resident's cases, made with Reflex's own components."""
