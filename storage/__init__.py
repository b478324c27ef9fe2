"""Where files are kept: the port, the names of files in it, and the S3 adapter."""
