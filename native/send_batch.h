// Packets that are due together, on their way into their sockets: those that follow each other on one socket go in one
// call. Memory of one thread, used again for every batch.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "socket_address.h"

class SendBatch {
 public:
  static constexpr size_t kMost = 64;
  /** More than any packet of audio needs, with what protection appends. */
  static constexpr size_t kPacketBytes = 2176;

  SendBatch();

  size_t count() const { return count_; }
  bool isFull() const { return count_ == kMost; }
  void clear();
  /** Where the next packet is written: room for kPacketBytes. */
  uint8_t* room() const { return bytes_.get() + end_; }
  /** The packet of `length` bytes that lies there now, due at `tick`. */
  void add(int fd, const SocketAddress& to, size_t length, int64_t tick);
  int64_t tick(size_t index) const { return entries_[index].tick; }
  /** Hands packets to the kernel from the `from`th on: the place of the next one. `*failed`: whether it took none. */
  size_t send(size_t from, bool* failed);

 private:
  struct Entry {
    int fd;
    int64_t tick;
    SocketAddress to;
  };
  /** Packets begin where a line of the cache does. */
  static constexpr size_t kAlignment = 64;

  /** How many of the packets [from, end) of one socket were taken; -1: errno says why none was. */
  int transmit(size_t from, size_t end);

  std::unique_ptr<uint8_t[]> bytes_;
  size_t end_ = 0;
  size_t count_ = 0;
  Entry entries_[kMost];
  mmsghdr messages_[kMost];
  iovec parts_[kMost];
};
