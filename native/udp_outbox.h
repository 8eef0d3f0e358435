// Datagrams of one socket on their way: those of one length to one place leave in one call, and the kernel cuts them apart
// (UDP_SEGMENT, udp(7)). That costs a third of as many calls, for what the network layers do is done once.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "socket_address.h"
#include "udp_socket.h"

class UdpOutbox {
 public:
  /** Datagrams that it holds at most; the kernel takes no more in one call either (UDP_MAX_SEGMENTS). */
  static constexpr size_t kMost = 64;
  /** Bytes that a datagram has room for; longer ones do not go through here. */
  static constexpr size_t kRoom = 2048;

  UdpOutbox() : bytes_(new char[kMost * kRoom]) {}

  bool isEmpty() const { return count_ == 0; }
  /** Where the next datagram is written: room for kRoom bytes. */
  char* room() const { return bytes_.get() + count_ * kRoom; }
  /**
   * The datagram of `length` bytes that lies there now; `to` is nullptr for a connected socket. True when everything should
   * leave at once: there is no more room, or the first has waited long enough.
   */
  bool add(size_t length, const SocketAddress* to, int64_t nowNs);
  /**
   * Hands everything to the kernel, and appends what it refused to `failures`. What one dialog sends stays in order. True when
   * some wait in the queue of the socket, since there is no room.
   */
  bool flush(UdpSocket& socket, std::vector<UdpSocket::Failure>* failures);

 private:
  /** Datagrams of one length to one place. */
  struct Group {
    SocketAddress to;
    size_t length;
    /** One bit for each dialog that has a datagram here; dialogs may share a bit. */
    uint64_t dialogs;
    size_t count;
    uint8_t members[kMost];
  };

  Group& groupFor(size_t length, const SocketAddress& to, uint64_t dialog);
  bool send(const Group& group, UdpSocket& socket, std::vector<UdpSocket::Failure>* failures);

  /** What is measured from the moment of sending is off by so much at most. */
  static constexpr int64_t kLongestWaitNs = 200000;

  std::unique_ptr<char[]> bytes_;
  size_t count_ = 0;
  int64_t firstNs_ = 0;
  size_t groups_ = 0;
  std::unique_ptr<Group[]> group_{new Group[kMost]};
};
