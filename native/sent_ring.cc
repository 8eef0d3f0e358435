#include "sent_ring.h"

#include <cstring>

namespace {
enum Word { kWritten, kRead, kMissed };
}  // namespace

SentRing::SentRing(uint8_t* memory, size_t bytes) : memory_(memory), bytes_(bytes - kHeadBytes) {}

void SentRing::push(uint32_t row, double atMs, const uint8_t* packet, size_t length) {
  const size_t wanted = (kRecordBytes + length + kRecordBytes - 1) / kRecordBytes * kRecordBytes;
  const size_t toEnd = bytes_ - written_ % bytes_;
  const size_t turn = wanted <= toEnd ? 0 : toEnd;
  const size_t unread = written_ - __atomic_load_n(word(kRead), __ATOMIC_ACQUIRE);
  if (turn + wanted > bytes_ - unread) {
    __atomic_fetch_add(word(kMissed), 1, __ATOMIC_RELAXED);
    return;
  }
  if (turn > 0) {
    next().row = kTurn;
    written_ += static_cast<uint32_t>(turn);
  }
  Record& record = next();
  record = {atMs, row, static_cast<uint32_t>(length)};
  memcpy(&record + 1, packet, length);
  written_ += static_cast<uint32_t>(wanted);
}

void SentRing::publish() {
  __atomic_store_n(word(kWritten), written_, __ATOMIC_RELEASE);
}
