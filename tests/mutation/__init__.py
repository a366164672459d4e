"""Arrays changed in place: by stores, by calls, through views, in helpers, and arguments that are written."""
