"""From rows and rules to the frozen shapes of `app.views`, in the language being spoken."""
