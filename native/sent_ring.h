// Memory through which the thread that sends shows JavaScript what it has sent, in clear: records one after the other,
// written by one thread and read by one other. Before them stand, as words, how many octets were written and read, modulo
// 2^32, and how many packets found no room. src/media/sent-packets.ts reads it.
#pragma once

#include <cstddef>
#include <cstdint>

class SentRing {
 public:
  static constexpr size_t kHeadBytes = 64;
  /** Of a record, before the packet; records begin at multiples of it. */
  static constexpr size_t kRecordBytes = 16;
  /** The row of a record that is none: the next one is the first of the memory. */
  static constexpr uint32_t kTurn = UINT32_MAX;

  SentRing() = default;
  /** `bytes`: those before the records, and a power of two. */
  SentRing(uint8_t* memory, size_t bytes);

  /** The reader sees it after `publish`; what finds no room is counted. */
  void push(uint32_t row, double atMs, const uint8_t* packet, size_t length);
  void publish();

 private:
  struct Record {
    double atMs;
    uint32_t row;
    uint32_t length;
  };
  static_assert(sizeof(Record) == kRecordBytes);

  uint32_t* word(size_t number) const { return reinterpret_cast<uint32_t*>(memory_) + number; }
  Record& next() const { return *reinterpret_cast<Record*>(memory_ + kHeadBytes + written_ % bytes_); }

  uint8_t* memory_ = nullptr;
  /** Of the records. */
  size_t bytes_ = 0;
  /** Of which the reader knows only those published. */
  uint32_t written_ = 0;
};
