#include "pacing_wheel.h"

#include <algorithm>

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
  Slot& slot = slots_[entry.slot_];
  const size_t from = entry.slot_ == tick_ % kSlots ? taken_ : 0;
  slot.erase(std::find(slot.begin() + from, slot.end(), &entry));
  entry.slot_ = -1;
  load_[entry.phase_]--;
  count_--;
}

PacedEntry* PacingWheel::take(int64_t target, int64_t* tick) {
  for (;;) {
    Slot& slot = slots_[tick_ % kSlots];
    if (taken_ < slot.size()) {
      PacedEntry* entry = slot[taken_++];
      entry->dueTick = tick_ + entry->periodMs;
      link(*entry);
      *tick = tick_;
      return entry;
    }
    if (tick_ >= target) return nullptr;
    slot.clear();
    taken_ = 0;
    tick_ = count_ == 0 ? target : tick_ + 1;
  }
}

PacedEntry* PacingWheel::upcoming(size_t ahead) const {
  const Slot& slot = slots_[tick_ % kSlots];
  return taken_ + ahead < slot.size() ? slot[taken_ + ahead] : nullptr;
}

/** Of many streams those that come one after the other share a phase: what they have in memory lies side by side. */
int PacingWheel::leastLoadedPhase() {
  if (blockLeft_ > 0) {
    blockLeft_--;
    return block_;
  }
  int best = phase_;
  for (int i = 1; i < kPhases; i++) {
    const int candidate = (phase_ + i) % kPhases;
    if (load_[candidate] < load_[best]) best = candidate;
  }
  phase_ = (best + 1) % kPhases;
  if (count_ >= kPhases * kBlock) {
    block_ = best;
    blockLeft_ = kBlock - 1;
  }
  return best;
}

/** Behind those that are there: who shares a tick keeps its place among them from packet to packet. */
void PacingWheel::link(PacedEntry& entry) {
  entry.slot_ = static_cast<int>(entry.dueTick % kSlots);
  slots_[entry.slot_].push_back(&entry);
}
