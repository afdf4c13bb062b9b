#include "memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// A mapping of a file that this process cannot write to.
typedef struct {
  unsigned long start, end, inode;
} Mapping;

enum { MAX_CLEAN = 256 };

// Mappings none of whose pages was ever written: what they lose is in the file. Those of the program and its libraries, as they were at
// the first call; later ones are let be.
static Mapping clean[MAX_CLEAN];
static size_t clean_count;

// Reads the first line that smaps and maps (proc(5)) have of a mapping: address range, rights, offset, device, inode, path.
// False for other lines; the inode is 0 where there is no file, or writing is allowed.
static bool read_mapping(const char *line, Mapping *mapping) {
  char rights[5];
  unsigned long start, end, inode;
  if (sscanf(line, "%lx-%lx %4s %*x %*s %lu", &start, &end, rights, &inode) != 4) return false;
  bool is_read_only = strncmp(rights, "r-", 2) == 0 && rights[3] == 'p';
  *mapping = (Mapping){start, end, is_read_only ? inode : 0};
  return true;
}

// Pages that were written since they were mapped (relocations, a text moved to large pages) are "Anonymous" and would be lost.
// The kernel looks at every page of the process for this: some 10 ms.
static void find_clean(FILE *smaps) {
  char line[512];
  Mapping mapping = {0, 0, 0};
  unsigned long anonymous;
  while (clean_count < MAX_CLEAN && fgets(line, sizeof line, smaps) != NULL) {
    if (read_mapping(line, &mapping) || mapping.inode == 0) continue;
    if (sscanf(line, "Anonymous: %lu kB", &anonymous) == 1 && anonymous == 0) clean[clean_count++] = mapping;
  }
}

static bool is_clean(const Mapping *mapping) {
  for (size_t i = 0; i < clean_count; i++)
    if (memcmp(mapping, &clean[i], sizeof *mapping) == 0) return true;
  return false;
}

// Only mappings that are still there: their addresses may be something else's by now.
static void release_clean(FILE *maps) {
  char line[512];
  Mapping mapping;
  while (fgets(line, sizeof line, maps) != NULL)
    if (read_mapping(line, &mapping) && mapping.inode != 0 && is_clean(&mapping))
      madvise((void *)mapping.start, mapping.end - mapping.start, MADV_DONTNEED);
}

static void with_file(const char *path, void (*read)(FILE *)) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return;
  read(file);
  fclose(file);
}

void memory_release(void) {
  if (clean_count == 0) with_file("/proc/self/smaps", find_clean);
  with_file("/proc/self/maps", release_clean);
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
