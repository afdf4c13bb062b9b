#include "memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// A mapping of /proc/self/smaps (proc(5)), as far as its lines have been read.
typedef struct {
  unsigned long start, end;
  bool is_read_only_file;
} Mapping;

// The first line of a mapping: address range, rights, offset, device, inode, path.
static bool read_mapping(const char *line, Mapping *mapping) {
  char rights[5];
  unsigned long start, end, inode;
  if (sscanf(line, "%lx-%lx %4s %*x %*s %lu", &start, &end, rights, &inode) != 4) return false;
  bool is_read_only_file = inode != 0 && rights[0] == 'r' && rights[1] == '-' && rights[3] == 'p';
  *mapping = (Mapping){start, end, is_read_only_file};
  return true;
}

// Pages that were written since they were mapped (relocations) are "Anonymous" and would be lost: only mappings that have none
// are let go of.
static void release_files(FILE *maps) {
  char line[512];
  Mapping mapping = {0, 0, false};
  unsigned long anonymous;
  while (fgets(line, sizeof line, maps) != NULL) {
    if (read_mapping(line, &mapping) || !mapping.is_read_only_file) continue;
    if (sscanf(line, "Anonymous: %lu kB", &anonymous) == 1 && anonymous == 0)
      madvise((void *)mapping.start, mapping.end - mapping.start, MADV_DONTNEED);
  }
}

void memory_release(void) {
  FILE *maps = fopen("/proc/self/smaps", "re");
  if (maps != NULL) {
    release_files(maps);
    fclose(maps);
  }
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
