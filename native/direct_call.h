// Calls of the system past the C library, whose own are points of cancellation: in a process with several threads each pays
// for two atomic operations, and no thread of ours is ever cancelled.
#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/** As sendto(2). */
inline ssize_t sendDirectly(int fd, const iovec& part, int flags, const sockaddr* to, socklen_t toLength) {
  return syscall(SYS_sendto, fd, part.iov_base, part.iov_len, flags, to, toLength);
}

/** As recvmsg(2). */
inline ssize_t receiveDirectly(int fd, msghdr* message, int flags) { return syscall(SYS_recvmsg, fd, message, flags); }
