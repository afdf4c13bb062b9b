// A sendmmsg that fails on demand, linked in front of the real one (ld --wrap) in test builds of the addon. The plan stands
// in the environment variable NODENS_SENDMMSG_PLAN: one entry a call, `2` = takes at most two messages, `-11` = fails with
// errno 11. Entries are used up; with none left, calls pass.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char PLAN[] = "NODENS_SENDMMSG_PLAN";

int __real_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags);

// The next entry of the plan; 0 when it is empty.
static long take_entry(void) {
  const char *plan = getenv(PLAN);
  if (plan == NULL || *plan == '\0') return 0;
  char rest[256] = "";
  char *end;
  long entry = strtol(plan, &end, 10);
  if (*end == ',') strncpy(rest, end + 1, sizeof rest - 1);
  setenv(PLAN, rest, 1);
  return entry;
}

int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  // The probe sends nothing; it uses up no entry.
  long entry = count == 0 ? 0 : take_entry();
  if (entry < 0) {
    errno = (int)-entry;
    return -1;
  }
  if (entry > 0 && (unsigned long)entry < count) count = (unsigned)entry;
  return __real_sendmmsg(fd, messages, count, flags);
}
