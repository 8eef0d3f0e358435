// Memory through which a thread hands packets to JavaScript without a call a packet: slots of 2048 bytes, written by
// one thread and read by one other. The slot before the first holds how many were written and read, modulo 2^32.
// src/media/native-packets.ts reads it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "socket_address.h"

class PacketRing {
 public:
  static constexpr size_t kSlotBytes = 2048;
  /** Longer datagrams than any packet of audio are cut. */
  static constexpr size_t kMostBytes = kSlotBytes - 48;

  static constexpr int kNoRow = -1;

  struct Packet {
    uint32_t socket;
    /** The row that has it in its statistics, and it comes for those who listen; kNoRow: it is not counted yet. */
    int countedRow;
    double atMs;
    const char* data;
    size_t length;
  };

  PacketRing() = default;
  /** `bytes` holds one slot more than the ring, and a power of two of those. */
  PacketRing(uint8_t* memory, size_t bytes);

  /** Slots that are free now. */
  size_t room() const;
  bool isHalfFull() const { return 2 * room() <= slots_; }
  /** Writes a packet into the next free slot; there must be one. The reader sees it after `publish`. */
  void push(const Packet& packet, const SocketAddress& from);
  /** False where the reader has been told of all already. */
  bool publish();
  /** The number of the next packet; `isRead` tells whether the reader is done with all before that number. */
  uint32_t next() const { return written_; }
  bool isRead(uint32_t number) const;
  /** Where a packet came from: of the slot that is being read. */
  SocketAddress source(size_t slot) const;

 private:
  struct Slot {
    double atMs;
    uint32_t length;
    uint32_t socket;
    /** As the kernel wrote it; what is not needed is zero. */
    uint8_t source[28];
    uint16_t sourceLength;
    /** And one. */
    uint16_t countedRow;
    uint8_t data[kMostBytes];
  };
  static_assert(sizeof(Slot) == kSlotBytes);

  uint32_t readCount() const;
  Slot& at(size_t index) const { return reinterpret_cast<Slot*>(memory_)[1 + index % slots_]; }

  uint8_t* memory_ = nullptr;
  size_t slots_ = 0;
  /** Of which the reader knows only those published. */
  uint32_t written_ = 0;
  uint32_t published_ = 0;
};
