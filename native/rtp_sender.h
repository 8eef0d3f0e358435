// The thread that sends what is due on all streams, and what JavaScript tells it. Everything but `run` is called by the
// thread of JavaScript.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "dense_memory.h"
#include "monotonic_clock.h"
#include "paced_stream.h"
#include "send_batch.h"
#include "sent_ring.h"
#include "socket_address.h"
#include "srtp_sender.h"

/** Memory of JavaScript's that the thread writes: a place for each row, but for the last two. */
struct SendColumns {
  uint32_t* packetsSent;
  uint32_t* octetsSent;
  uint32_t* sendsSkipped;
  uint32_t* marksSent;
  /** When the first and the last audio was due, ms. */
  double* spokenFromMs;
  double* spokenToMs;
  /** How late packets left: steps of 0.1 ms; then their number, and the longest in microseconds. */
  uint32_t* lag;
  /** One number: packets that the kernel did not take. */
  uint32_t* failures;
};
constexpr uint32_t kLagSteps = 5000;

class RtpSender {
 public:
  /** Ticks are milliseconds since `originNs` of CLOCK_MONOTONIC. */
  RtpSender(const SendColumns& columns, SentRing sent, int64_t originNs, size_t rows);
  RtpSender(const RtpSender&) = delete;
  RtpSender& operator=(const RtpSender&) = delete;
  ~RtpSender() { end(); }

  /** Nothing is sent afterwards. */
  void end();
  /** Whether what is sent goes into the ring too. */
  void showSent(bool wanted);
  /** A number for it. */
  uint32_t addTrack(std::unique_ptr<PayloadTrack> track);
  /** The row's stream begins anew, and does not send yet. */
  void open(uint32_t row);
  struct Start {
    int fd;
    SocketAddress to;
    /** Protects what is sent; its RTP belongs to the thread until `stop`. nullptr: it goes in clear. */
    std::shared_ptr<SrtpSender> srtp;
    PacedSettings settings;
    int32_t periodMs;
    uint32_t track;
    size_t firstFrame;
    /** Of a schedule to keep to; 0: any. */
    int64_t dueTick;
  };
  /** Sends from the next due tick on, or goes on with other settings: when that is. */
  int64_t start(uint32_t row, const Start& start);
  /** Sends no more, and the last packet has left; what to go on with, and when it would have been due. */
  PacedSettings stop(uint32_t row, int64_t* dueTick);
  /** Forgets digits that have not begun, and tells how many. */
  int clearEvents(uint32_t row);
  void pushEvent(uint32_t row, uint8_t event, int32_t toneMs, int32_t pauseMs);
  /** When the row's stream is due next; 0 where it waits for no mark, because it has one. */
  int64_t markTick(uint32_t row);
  void mark(uint32_t row, std::unique_ptr<PayloadTrack> mark, int64_t startTick);

 private:
  struct Stream : PacedStream, Dense {
    uint32_t row = 0;
    int fd = -1;
    SocketAddress to;
    std::shared_ptr<SrtpSender> srtp;
  };

  void run();
  /** Waits for what is leaving now. */
  void settle() { std::lock_guard<std::mutex> lock(sending_); }
  void sendDue(int64_t target);
  /** Puts what is due into the batch as far as it has room. */
  void fillBatch(int64_t target);
  /** Asks for what the next packets need. */
  void prepare() const;
  void write(Stream& stream, int64_t target, int64_t tick);
  void sendBatch();
  void count(const Stream& stream, PacedStream::Frame frame, size_t length, int64_t tick);
  void recordLag(int64_t lateNs);
  double msAt(int64_t ns) const { return static_cast<double>(ns - originNs_) / kNsPerMs; }
  int64_t tickAt(int64_t ns) const { return (ns - originNs_) / kNsPerMs; }

  /** After a stall, sends later than this are left out instead of sent in a burst. */
  static constexpr int64_t kCatchUpTicks = 60;

  SendColumns columns_;
  int64_t originNs_;
  std::mutex mutex_;
  /** Held while packets leave. */
  std::mutex sending_;
  std::condition_variable added_;
  bool ended_ = false;
  bool isShown_ = false;
  SentRing sent_;
  PacingWheel wheel_;
  /** The thread's own. */
  SendBatch batch_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<std::shared_ptr<const PayloadTrack>> tracks_;
  std::thread thread_;
};
