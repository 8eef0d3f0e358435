#include "sequence_window.h"

void SequenceWindow::start(uint16_t sequence) {
  base_ = sequence;
  highest_ = sequence;
  cycles_ = 0;
  badSequence_ = -1;
  settled_ = sequence - 1;
  received_.clear();
  discarded_.clear();
  received_.set(sequence);
}

SequenceWindow::Placement SequenceWindow::place(uint16_t sequence) {
  const int ahead = static_cast<uint16_t>(sequence - highest_);
  if (ahead == 0) return Placement::kDuplicate;
  if (ahead < kMaxDropout) {
    advance(ahead);
    return Placement::kAhead;
  }
  if (ahead > kModulus - kMaxMisorder) return late(sequence);
  if (sequence == badSequence_) return Placement::kRestart;
  badSequence_ = static_cast<uint16_t>(sequence + 1);
  return Placement::kUnbelieved;
}

void SequenceWindow::settleAll(PacketFates* fates) const {
  const int64_t last = extendedHighest();
  for (int64_t number = settled_ + 1; number <= last; number++) settle(number, fates);
}

void SequenceWindow::advance(int ahead) {
  for (int step = 0; step < ahead; step++) {
    if (highest_ == 0xffff) cycles_ += kModulus;
    highest_++;
    const int64_t over = extendedHighest() - kMaxMisorder;
    if (over > settled_) {
      settle(over, fates_);
      settled_ = over;
    }
    received_.unset(highest_);
    discarded_.unset(highest_);
  }
  received_.set(highest_);
}

SequenceWindow::Placement SequenceWindow::late(uint16_t sequence) {
  if (received_.has(sequence)) return Placement::kDuplicate;
  received_.set(sequence);
  const int64_t extended = extendedHighest() - static_cast<uint16_t>(highest_ - sequence);
  // One that was sent before the first we heard widens what is expected.
  if (extended < base_) {
    if (settled_ == base_ - 1) settled_ = extended - 1;
    base_ = extended;
  }
  return Placement::kLate;
}

void SequenceWindow::settle(int64_t number, PacketFates* fates) const {
  if (!received_.has(number)) fates->missing(false);
  else if (discarded_.has(number)) fates->missing(true);
  else fates->received();
}
