"""Help centers of other services, read through their public interfaces."""
