// When streams send: absolute ticks of a millisecond, so that lateness never adds up to drift, and the least loaded of
// 20 phases for each new stream. Pure: the time is passed in. It is what src/media/pacing-wheel.ts is to JavaScript.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

/** What the wheel drives. */
struct PacedEntry {
  /** The next tick it is due at; owned by the wheel. */
  int64_t dueTick = 0;
  /** Below 236. */
  int32_t periodMs = 20;

 private:
  friend class PacingWheel;
  int slot_ = -1;
  int phase_ = 0;
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
  /** The one that is taken `ahead` after the next one, as far as it is due at the same tick; otherwise nullptr. */
  PacedEntry* upcoming(size_t ahead) const;
  /** All up to here has been taken. */
  int64_t tick() const { return tick_; }
  bool empty() const { return count_ == 0; }

 private:
  /** More than the longest packet time: an entry never comes back to the slot that is being run. */
  static constexpr int kSlots = 256;
  static constexpr int kPhases = 20;
  /** With many streams so many share a phase that come one after the other: places of a line of the cache. */
  static constexpr uint32_t kBlock = 16;

  using Slot = std::vector<PacedEntry*>;

  int leastLoadedPhase();
  void link(PacedEntry& entry);

  std::array<Slot, kSlots> slots_;
  /** What has been taken of the slot of `tick_`. */
  size_t taken_ = 0;
  std::array<uint32_t, kPhases> load_{};
  int64_t tick_;
  int phase_ = 0;
  /** Where the rest of a block goes. */
  int block_ = 0;
  uint32_t blockLeft_ = 0;
  uint32_t count_ = 0;
};
