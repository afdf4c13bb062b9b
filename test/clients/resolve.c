/* Asks the C library it is built with, as any program would: addresses of a name, one a line, or with -x the name of an
   address. Built with musl-gcc by musl.ts; exits with 1 when the library finds nothing. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  int reverse = argc == 3 && strcmp(argv[1], "-x") == 0;
  if (argc != 2 && !reverse) return 2;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = reverse ? AI_NUMERICHOST : 0};
  struct addrinfo *list;
  if (getaddrinfo(argv[argc - 1], NULL, &hints, &list) != 0) return 1;
  for (struct addrinfo *each = list; each != NULL; each = each->ai_next) {
    char text[1025];
    int flags = reverse ? NI_NAMEREQD : NI_NUMERICHOST;
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, NULL, 0, flags) != 0) return 1;
    puts(text);
  }
  freeaddrinfo(list);
  return 0;
}
