#pragma once
#include <stddef.h>

// The system calls of this process that put files on disk, watched: fsync, fdatasync and rename, in order.
//
// This target defines the three functions itself; a test program that is linked with it calls them in the C library's
// place, from Swift, from Foundation and from SQLite alike. Each call does what it always does and is written down.

// Begins to write down calls on files below a directory; forgets what was written down before.
void watched_calls_begin(const char *directory);

// The calls since, a line each: "fsync PATH" or "rename PATH PATH", paths counted from the directory ("." for itself).
// Ends watching. Returns the length; `size` is room enough for 64 KiB.
size_t watched_calls_end(char *text, size_t size);
