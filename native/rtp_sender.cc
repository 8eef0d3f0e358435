#include "rtp_sender.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "monotonic_clock.h"
#include "prefetch.h"
#include "shared_column.h"

namespace {

/** JavaScript reads, and now and then writes, the same memory. */
void add(uint32_t* counter, uint32_t amount) {
  __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
}

/** To the nanosecond instead of 50 microseconds late; and before other work, where the process may. */
void beginPacing() {
  prctl(PR_SET_TIMERSLACK, 1);
  setpriority(PRIO_PROCESS, 0, -10);
}

/** So many packets, which leave within 20 microseconds, count as leaving with the last of them. */
constexpr size_t kPacketsTimed = 8;

static_assert(PacedStream::kPacketBytes + SrtpSender::kMostOverheadBytes <= SendBatch::kPacketBytes);

}  // namespace

RtpSender::RtpSender(const SendColumns& columns, SentRing sent, int64_t originNs, size_t rows)
    : columns_(columns), originNs_(originNs), sent_(sent), wheel_(tickAt(monotonicNs())), streams_(rows) {
  thread_ = std::thread([this] { run(); });
}

void RtpSender::end() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  added_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void RtpSender::showSent(bool wanted) {
  std::lock_guard<std::mutex> lock(mutex_);
  isShown_ = wanted;
}

uint32_t RtpSender::addTrack(std::unique_ptr<PayloadTrack> track) {
  tracks_.push_back(std::move(track));
  return static_cast<uint32_t>(tracks_.size() - 1);
}

void RtpSender::open(uint32_t row) {
  auto stream = std::make_unique<Stream>();
  stream->row = row;
  std::lock_guard<std::mutex> lock(mutex_);
  if (streams_[row] != nullptr) wheel_.remove(*streams_[row]);
  streams_[row] = std::move(stream);
}

int64_t RtpSender::start(uint32_t row, const Start& start) {
  std::lock_guard<std::mutex> lock(mutex_);
  Stream& stream = *streams_[row];
  wheel_.remove(stream);
  stream.fd = start.fd;
  stream.to = start.to;
  stream.srtp = start.srtp;
  stream.settings = start.settings;
  stream.periodMs = start.periodMs;
  stream.useTrack(tracks_[start.track], start.firstFrame);
  const bool wasEmpty = wheel_.empty();
  // What a wheel without streams has not run is no lateness.
  int64_t none;
  if (wasEmpty) wheel_.take(tickAt(monotonicNs()), &none);
  wheel_.add(stream, start.dueTick);
  if (wasEmpty) added_.notify_one();
  return stream.dueTick;
}

PacedSettings RtpSender::stop(uint32_t row, int64_t* dueTick) {
  PacedSettings left;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    Stream& stream = *streams_[row];
    wheel_.remove(stream);
    stream.srtp = nullptr;
    *dueTick = stream.dueTick;
    left = stream.settings;
  }
  settle();
  return left;
}

int RtpSender::clearEvents(uint32_t row) {
  std::lock_guard<std::mutex> lock(mutex_);
  return streams_[row]->events.clear();
}

void RtpSender::pushEvent(uint32_t row, uint8_t event, int32_t toneMs, int32_t pauseMs) {
  std::lock_guard<std::mutex> lock(mutex_);
  streams_[row]->events.push(event, toneMs, pauseMs);
}

int64_t RtpSender::markTick(uint32_t row) {
  std::lock_guard<std::mutex> lock(mutex_);
  const Stream& stream = *streams_[row];
  return stream.hasMark() ? 0 : stream.dueTick;
}

void RtpSender::mark(uint32_t row, std::unique_ptr<PayloadTrack> mark, int64_t startTick) {
  std::lock_guard<std::mutex> lock(mutex_);
  streams_[row]->useMark(std::move(mark), startTick);
}

void RtpSender::run() {
  beginPacing();
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended_) {
    if (wheel_.empty()) {
      added_.wait(lock);
      continue;
    }
    const int64_t nextNs = originNs_ + (wheel_.tick() + 1) * kNsPerMs;
    lock.unlock();
    sleepUntilNs(nextNs);
    const int64_t target = tickAt(monotonicNs());
    sendDue(target);
    lock.lock();
  }
}

/** Packets leave without the lock: nobody waits for the kernel but this thread. */
void RtpSender::sendDue(int64_t target) {
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex_);
    batch_.clear();
    fillBatch(target);
    if (batch_.count() == 0) return;
    sent_.publish();
    std::lock_guard<std::mutex> sending(sending_);
    lock.unlock();
    sendBatch();
  }
}

void RtpSender::fillBatch(int64_t target) {
  while (!batch_.isFull() && !ended_) {
    int64_t tick;
    auto* stream = static_cast<Stream*>(wheel_.take(target, &tick));
    if (stream == nullptr) return;
    prepare();
    if (tick >= stream->settings.startTick) write(*stream, target, tick);
  }
}

/** A link further for the one that is nearer. */
void RtpSender::prepare() const {
  prefetch(static_cast<const Stream*>(wheel_.upcoming(2)), sizeof(Stream));
  const auto* next = static_cast<const Stream*>(wheel_.upcoming(0));
  if (next == nullptr) return;
  prefetch(next->srtp.get(), sizeof(SrtpSender));
  next->prepare();
}

void RtpSender::write(Stream& stream, int64_t target, int64_t tick) {
  if (target - tick > kCatchUpTicks) {
    stream.skip(tick);
    increase(&columns_.sendsSkipped[stream.row], 1);
    return;
  }
  size_t length = 0;
  const PacedStream::Frame frame = stream.write(tick, batch_.room(), &length);
  if (frame == PacedStream::Frame::kNone) return;
  count(stream, frame, length, tick);
  if (isShown_) sent_.push(stream.row, msAt(monotonicNs()), batch_.room(), length);
  if (stream.srtp != nullptr) length = stream.srtp->protectRtp(batch_.room(), length, SendBatch::kPacketBytes);
  batch_.add(stream.fd, stream.to, length, tick);
}

void RtpSender::sendBatch() {
  size_t timed = 0;
  for (size_t next = 0; next < batch_.count();) {
    bool failed = false;
    next = batch_.send(next, &failed);
    if (failed) add(columns_.failures, 1);
    if (next - timed < kPacketsTimed && next < batch_.count()) continue;
    const int64_t nowNs = monotonicNs() - originNs_;
    for (; timed < next; timed++) recordLag(nowNs - batch_.tick(timed) * kNsPerMs);
  }
  add(&columns_.lag[kLagSteps], static_cast<uint32_t>(batch_.count()));
}

void RtpSender::count(const Stream& stream, PacedStream::Frame frame, size_t length, int64_t tick) {
  const uint32_t row = stream.row;
  increase(&columns_.packetsSent[row], 1);
  increase(&columns_.octetsSent[row], static_cast<uint32_t>(length - PacedStream::kHeaderBytes));
  if (frame != PacedStream::Frame::kAudio) return;
  columns_.marksSent[row] = stream.marksSent();
  // NaN before the first.
  if (!(columns_.spokenFromMs[row] <= static_cast<double>(tick))) {
    put(&columns_.spokenFromMs[row], static_cast<double>(tick));
  }
  put(&columns_.spokenToMs[row], static_cast<double>(tick));
}

void RtpSender::recordLag(int64_t lateNs) {
  const int64_t late = std::max<int64_t>(0, lateNs);
  add(&columns_.lag[std::min<int64_t>(kLagSteps - 1, late / (kNsPerMs / 10))], 1);
  uint32_t& longestUs = columns_.lag[kLagSteps + 1];
  if (late / 1000 > longestUs) longestUs = static_cast<uint32_t>(std::min<int64_t>(late / 1000, UINT32_MAX));
}
