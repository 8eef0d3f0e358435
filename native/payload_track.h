// Payloads ready to be sent, a packet time each; an empty one where nothing is to be sent. Never written to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "prefetch.h"

class PayloadTrack {
 public:
  /** `lengths` of the payloads that lie in `bytes` one after the other. */
  PayloadTrack(const uint8_t* bytes, const uint32_t* lengths, size_t count) {
    ends_.reserve(count);
    size_t end = 0;
    for (size_t i = 0; i < count; i++) ends_.push_back(end += lengths[i]);
    bytes_.assign(bytes, bytes + end);
  }

  size_t count() const { return ends_.size(); }
  /** Asks for what `copy` needs. */
  void prepare(size_t index) const { prefetch(bytes_.data() + start(index), length(index)); }
  size_t length(size_t index) const { return ends_[index] - start(index); }
  /** Its length is how much. Not in place: a compiler that knows a bound copies by itself, and slower. */
  void copy(size_t index, uint8_t* into) const;

 private:
  size_t start(size_t index) const { return index == 0 ? 0 : ends_[index - 1]; }

  std::vector<uint8_t> bytes_;
  std::vector<size_t> ends_;
};
