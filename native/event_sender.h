// DTMF as RFC 4733 events, as src/media/codec/telephone-event.ts makes it: an update every packet time with the
// timestamp of the start and a growing duration, and the last packet three times with the end bit (2.5.1.4).
#pragma once

#include <cstdint>
#include <list>

class EventSender {
 public:
  static constexpr int kPayloadBytes = 4;

  /** `event` is the code of a digit, 0 to 15. */
  void push(uint8_t event, int32_t toneMs, int32_t pauseMs) { queue_.push_back({event, toneMs, pauseMs}); }
  /** Forgets all, that in progress too: how many had not begun. */
  int clear();
  /** Writes the event's payload for the packet time that starts at `timestamp`; false: it is for audio. */
  bool next(uint32_t timestamp, int32_t frameMs, uint32_t unitsPerMs, uint8_t* payload);

  /** RTP timestamp of the event in progress. */
  uint32_t timestamp() const { return timestamp_; }
  /** Whether the last payload was the first of its event. */
  bool marker() const { return marker_; }

 private:
  struct Digit {
    uint8_t event = 0;
    int32_t toneMs = 0;
    int32_t pauseMs = 0;
  };
  bool begin(uint32_t timestamp, int32_t frameMs);

  std::list<Digit> queue_;
  Digit digit_;
  bool sounding_ = false;
  int32_t pauseLeftMs_ = 0;
  int32_t durationMs_ = 0;
  int endsLeft_ = 0;
  uint32_t timestamp_ = 0;
  bool marker_ = false;
};
