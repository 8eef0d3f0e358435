#include "pacing_wheel.h"

#include <algorithm>

#include "prefetch.h"

namespace {

/** What lies behind an entry belongs to its stream, and is needed with it. */
constexpr size_t kNeeded = 320;

}  // namespace

void PacingWheel::add(PacedEntry& entry, int64_t dueTick) {
  remove(entry);
  const int64_t earliest = tick_ + 1;
  if (dueTick > tick_ - entry.periodMs && dueTick < earliest + kSlots - 1) {
    // One that was missed a moment ago is sent at once rather than left out.
    entry.dueTick = std::max(dueTick, earliest);
    entry.phase_ = static_cast<int>(entry.dueTick % kPhases);
  } else {
    entry.phase_ = leastLoadedPhase();
    entry.dueTick = earliest + (entry.phase_ - earliest % kPhases + kPhases) % kPhases;
  }
  load_[entry.phase_]++;
  count_++;
  link(entry);
}

void PacingWheel::remove(PacedEntry& entry) {
  if (entry.slot_ < 0) return;
  unlink(entry);
  load_[entry.phase_]--;
  count_--;
}

PacedEntry* PacingWheel::take(int64_t target, int64_t* tick) {
  if (count_ == 0) tick_ = std::max(tick_, target);
  for (;; tick_++) {
    PacedEntry* entry = slots_[tick_ % kSlots].first;
    if (entry != nullptr) {
      unlink(*entry);
      // `unlink` has touched the next one.
      const PacedEntry* following = slots_[tick_ % kSlots].first;
      if (following != nullptr) prefetch(following->next_, kNeeded);
      entry->dueTick = tick_ + entry->periodMs;
      link(*entry);
      *tick = tick_;
      return entry;
    }
    if (tick_ >= target) return nullptr;
  }
}

int PacingWheel::leastLoadedPhase() {
  int best = phase_;
  for (int i = 1; i < kPhases; i++) {
    const int candidate = (phase_ + i) % kPhases;
    if (load_[candidate] < load_[best]) best = candidate;
  }
  phase_ = (best + 1) % kPhases;
  return best;
}

/** Behind those that are there: who shares a tick keeps its place among them from packet to packet. */
void PacingWheel::link(PacedEntry& entry) {
  entry.slot_ = static_cast<int>(entry.dueTick % kSlots);
  Slot& slot = slots_[entry.slot_];
  entry.previous_ = slot.last;
  entry.next_ = nullptr;
  if (slot.last != nullptr) slot.last->next_ = &entry;
  else slot.first = &entry;
  slot.last = &entry;
}

void PacingWheel::unlink(PacedEntry& entry) {
  Slot& slot = slots_[entry.slot_];
  if (entry.previous_ != nullptr) entry.previous_->next_ = entry.next_;
  else slot.first = entry.next_;
  if (entry.next_ != nullptr) entry.next_->previous_ = entry.previous_;
  else slot.last = entry.previous_;
  entry.slot_ = -1;
}
