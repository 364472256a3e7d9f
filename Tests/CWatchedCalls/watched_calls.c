#define _GNU_SOURCE
#include "watched_calls.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char directory[4096];
static char record[65536];
static size_t used;

// The path below the watched directory, or NULL.
static const char *below(const char *path) {
  size_t length = strlen(directory);
  if (length == 0 || strncmp(path, directory, length) != 0) return NULL;
  if (path[length] == 0) return ".";
  return path[length] == '/' ? path + length + 1 : NULL;
}

static void note(const char *call, const char *first, const char *second) {
  int written = snprintf(
      record + used, sizeof record - used, second ? "%s %s %s\n" : "%s %s\n", call, first, second);
  if (written > 0 && used + (size_t)written < sizeof record) used += (size_t)written;
}

static void note_descriptor(const char *call, int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  pthread_mutex_lock(&lock);
  const char *name = below(path);
  if (name) note(call, name, NULL);
  pthread_mutex_unlock(&lock);
}

int fsync(int descriptor) {
  note_descriptor("fsync", descriptor);
  return (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
  note_descriptor("fdatasync", descriptor);
  return (int)syscall(SYS_fdatasync, descriptor);
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&lock);
  const char *first = below(from), *second = below(to);
  if (first && second) note("rename", first, second);
  pthread_mutex_unlock(&lock);
  return (int)syscall(SYS_renameat2, -100, from, -100, to, 0);
}

void watched_calls_begin(const char *path) {
  pthread_mutex_lock(&lock);
  snprintf(directory, sizeof directory, "%s", path);
  used = 0;
  pthread_mutex_unlock(&lock);
}

size_t watched_calls_end(char *text, size_t size) {
  pthread_mutex_lock(&lock);
  size_t length = used < size ? used : size;
  memcpy(text, record, length);
  directory[0] = 0;
  used = 0;
  pthread_mutex_unlock(&lock);
  return length;
}
