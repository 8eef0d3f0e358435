// When streams send: absolute ticks of a millisecond, so that lateness never adds up to drift, and the least loaded of
// 20 phases for each new stream. Pure: the time is passed in. It is what src/media/pacing-wheel.ts is to JavaScript.
#pragma once

#include <array>
#include <cstdint>

/** What the wheel drives; linked in place. */
struct PacedEntry {
  /** The next tick it is due at; owned by the wheel. */
  int64_t dueTick = 0;
  /** Below 236. */
  int32_t periodMs = 20;

 private:
  friend class PacingWheel;
  int slot_ = -1;
  int phase_ = 0;
  PacedEntry* next_ = nullptr;
  PacedEntry* previous_ = nullptr;
};

class PacingWheel {
 public:
  explicit PacingWheel(int64_t tick) : tick_(tick) {}

  /** Keeps to the schedule that `dueTick` belongs to; 0: to that of the phase with the least load. */
  void add(PacedEntry& entry, int64_t dueTick);
  /** Nothing happens to an entry that is not on the wheel. */
  void remove(PacedEntry& entry);
  /** The next entry that is due at `target` or before, and when that was; nullptr: all that is due was taken. */
  PacedEntry* take(int64_t target, int64_t* tick);
  /** All up to here has been taken. */
  int64_t tick() const { return tick_; }
  bool empty() const { return count_ == 0; }

 private:
  /** More than the longest packet time: an entry never comes back to the slot that is being run. */
  static constexpr int kSlots = 256;
  static constexpr int kPhases = 20;

  struct Slot {
    PacedEntry* first = nullptr;
    PacedEntry* last = nullptr;
  };

  int leastLoadedPhase();
  void link(PacedEntry& entry);
  void unlink(PacedEntry& entry);

  std::array<Slot, kSlots> slots_{};
  std::array<uint32_t, kPhases> load_{};
  int64_t tick_;
  int phase_ = 0;
  uint32_t count_ = 0;
};
