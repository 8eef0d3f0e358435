// Memory for the datagrams of one recvmmsg, used again for every batch and every socket of a thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>

#include "socket_address.h"

class DatagramBatch {
 public:
  static constexpr int kMost = 64;

  /** Datagrams longer than `datagramBytes` are cut. */
  explicit DatagramBatch(size_t datagramBytes = kLongestDatagram);

  /** Takes what has arrived on a socket, at most kMost datagrams: how many, or a negative errno. */
  int receive(int fd);
  /** Takes one datagram, which costs less than a batch of one: 1, or a negative errno. */
  int receiveOne(int fd);

  char* data(int index) const { return buffer_.get() + static_cast<size_t>(index) * datagramBytes_; }
  size_t length(int index) const { return messages_[index].msg_len; }
  SocketAddress source(int index) const;
  /** When the kernel took the datagram in, by CLOCK_REALTIME; 0 when it did not say. */
  int64_t arrivedNs(int index) const;

 private:
  /** More than a UDP datagram can hold. */
  static constexpr size_t kLongestDatagram = 65536;
  static constexpr size_t kControlBytes = 64;

  /** What the kernel wrote into the first headers is made good. */
  void renew();

  size_t datagramBytes_;
  std::unique_ptr<char[]> buffer_;
  mmsghdr messages_[kMost];
  /** Headers that were used. */
  int used_ = kMost;
  iovec parts_[kMost];
  sockaddr_storage sources_[kMost];
  alignas(cmsghdr) char control_[kMost][kControlBytes];
};
