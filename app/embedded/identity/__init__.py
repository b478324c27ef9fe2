"""An OpenID provider with demonstration accounts, for a site that only this machine can reach."""
