#include "rtp_receiver.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "monotonic_clock.h"
#include "prefetch.h"

namespace {

/** What arrives within it is taken together: rounds cost more than packets. Times come from the kernel. */
constexpr int64_t kRoundNs = 2 * kNsPerMs;
constexpr int kEventsAtOnce = 512;
/** Who changes a stream waits for as many at most: 20 microseconds. */
constexpr int kEventsALock = 16;
constexpr uint32_t kStop = UINT32_MAX;
/** A datagram that has waited so long has others behind it: nothing was taken for a while. */
constexpr int64_t kBacklogNs = 10 * kNsPerMs;

void signal(int eventFd) {
  const uint64_t one = 1;
  // It fails only where it is signalled already 2^64 times.
  while (write(eventFd, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

/** Reports; and of a stream that is counted, the checks that keep its path open (RFC 7675). */
bool canWait(const uint8_t* bytes, size_t length, bool isCounted) {
  return looksLikeRtcp(bytes, length) || (isCounted && looksLikeStun(bytes, length));
}

int watch(int poll, int fd, uint32_t number) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u32 = number;
  return epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

}  // namespace

int RtpReceiver::begin() {
  poll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (poll_ < 0 || wake_ < 0 || stop_ < 0) return -errno;
  const int error = watch(poll_, stop_, kStop);
  if (error == 0) thread_ = std::thread([this] { run(); });
  return error;
}

void RtpReceiver::end() {
  if (thread_.joinable()) {
    signal(stop_);
    thread_.join();
  }
  sockets_.clear();
  for (int* fd : {&poll_, &wake_, &stop_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
}

int RtpReceiver::open(const SocketAddress& local, int receiveBufferBytes) {
  auto socket = std::make_unique<Socket>();
  int error = socket->udp.open(local, receiveBufferBytes);
  if (error != 0) return error;
  socket->notBeforeNs = monotonicNs();
  std::lock_guard<std::mutex> lock(mutex_);
  const bool isNew = free_.empty();
  const uint32_t number = isNew ? static_cast<uint32_t>(sockets_.size()) : free_.back();
  error = watch(poll_, socket->udp.fd(), number);
  if (error != 0) return error;
  if (isNew) sockets_.emplace_back();
  else free_.pop_back();
  sockets_[number] = std::move(socket);
  return static_cast<int>(number);
}

void RtpReceiver::close(uint32_t socket) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(socket) < 0) return;
  sockets_[socket] = nullptr;
  free_.push_back(socket);
}

int RtpReceiver::fd(uint32_t socket) const {
  return socket < sockets_.size() && sockets_[socket] != nullptr ? sockets_[socket]->udp.fd() : -1;
}

int RtpReceiver::receiveBufferBytes(uint32_t socket) const {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  return getsockopt(fd(socket), SOL_SOCKET, SO_RCVBUF, &bytes, &length) == 0 ? bytes : 0;
}

void RtpReceiver::openStream(uint32_t row, const ReceiveStatistics::Start& start) {
  auto stream = std::allocate_shared<ReceivedStream>(DenseAllocator<ReceivedStream>(), &columns_, row, start);
  hasStreams_ = true;
  std::lock_guard<std::mutex> lock(mutex_);
  streams_[row] = std::move(stream);
}

void RtpReceiver::countOn(uint32_t row, uint32_t socket) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto& stream = streams_[row];
  if (fd(socket) < 0 || sockets_[socket]->stream == stream) return;
  sockets_[socket]->stream = stream;
  beginCounting(*stream);
}

void RtpReceiver::beginCounting(ReceivedStream& stream) {
  stream.isWaiting = true;
  stream.countsFrom = ring_.next();
}

void RtpReceiver::countNone(uint32_t socket) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(socket) >= 0) sockets_[socket]->stream = nullptr;
}

void RtpReceiver::share(uint32_t socket) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(socket) >= 0) sockets_[socket]->routes = std::make_unique<StreamRoutes>();
}

void RtpReceiver::route(uint32_t socket, const SocketAddress& from, uint32_t ssrc, uint32_t row) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(socket) < 0) return;
  sockets_[socket]->routes->set(from, ssrc, streams_[row]);
  beginCounting(*streams_[row]);
}

void RtpReceiver::endRoute(uint32_t socket, const SocketAddress& from, uint32_t ssrc) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(socket) >= 0) sockets_[socket]->routes->set(from, ssrc, nullptr);
}

const PayloadTypes* RtpReceiver::payloadTypes(const PayloadTypes& types) {
  for (const auto& known : payloadTypes_) {
    if (*known == types) return known.get();
  }
  payloadTypes_.push_back(std::make_unique<PayloadTypes>(types));
  return payloadTypes_.back().get();
}

void RtpReceiver::run() {
  epoll_event events[kEventsAtOnce];
  bool sawAll = false;
  int64_t askedNs = monotonicNs();
  for (;;) {
    if (sawAll) emptyAtNs_ = askedNs;
    askedNs = monotonicNs();
    const int count = epoll_wait(poll_, events, kEventsAtOnce, -1);
    clock_.read();
    round_++;
    if (std::any_of(events, events + count, [](const epoll_event& event) { return event.data.u32 == kStop; })) return;
    const bool isFull = !receiveAll(events, events + count);
    if (ring_.publish() && (isUrgent_ || ring_.isHalfFull())) {
      isUrgent_ = false;
      signal(wake_);
    }
    sawAll = !isFull && count < kEventsAtOnce;
    // With more of them waiting there is no time to rest.
    if (isFull || count < kEventsAtOnce) sleepUntilNs(clock_.nowNs() + kRoundNs);
  }
}

const RtpReceiver::Socket* RtpReceiver::socketOf(const epoll_event* event, const epoll_event* end) const {
  return event < end && event->data.u32 < sockets_.size() ? sockets_[event->data.u32].get() : nullptr;
}

void RtpReceiver::prepare(const epoll_event* next, const epoll_event* end) const {
  if (next + 3 < end && next[3].data.u32 < sockets_.size()) prefetch(&sockets_[next[3].data.u32], sizeof(void*));
  prefetch(socketOf(next + 2, end), sizeof(Socket));
  if (const Socket* socket = socketOf(next + 1, end)) prefetch(socket->stream.get(), sizeof(ReceivedStream));
  const Socket* socket = socketOf(next, end);
  if (socket != nullptr && socket->stream != nullptr) prefetch(socket->stream->srtp.get(), sizeof(SharedSrtpReceiver));
}

bool RtpReceiver::receiveAll(const epoll_event* event, const epoll_event* end) {
  while (event < end) {
    std::unique_lock<std::mutex> lock(mutex_);
    for (int left = kEventsALock; left > 0 && event < end; left--) {
      if (!receive(event++, end, lock)) return false;
    }
  }
  return true;
}

/** One datagram of a socket that had none in the round before: there is hardly ever a second one. */
bool RtpReceiver::receive(const epoll_event* event, const epoll_event* end, std::unique_lock<std::mutex>& lock) {
  if (ring_.room() <= DatagramBatch::kMost) return false;
  const uint32_t number = event->data.u32;
  prepare(event + 1, end);
  if (fd(number) < 0) return true;
  Socket& socket = *sockets_[number];
  if (socket.routes != nullptr) {
    lock.unlock();
    const bool hasRoom = receiveShared(number);
    lock.lock();
    return hasRoom;
  }
  const bool isBusy = socket.round + 1 == round_;
  socket.round = round_;
  if (isBusy) {
    takeAll(socket, number);
    return true;
  }
  if (emptyAtNs_ > socket.notBeforeNs) socket.notBeforeNs = emptyAtNs_;
  // What the kernel says of an error, such as ICMP's, is taken out by this.
  if (batch_.receiveOne(socket.udp.fd()) <= 0) return true;
  if (clock_.nowNs() - take(socket, number, 0, socket.stream.get()) > kBacklogNs) takeAll(socket, number);
  return true;
}

/** Nobody waits for the lock longer than a batch takes. */
bool RtpReceiver::receiveShared(uint32_t number) {
  for (;;) {
    if (ring_.room() <= DatagramBatch::kMost) return false;
    std::lock_guard<std::mutex> lock(mutex_);
    if (fd(number) < 0 || takeAll(*sockets_[number], number)) return true;
  }
}

bool RtpReceiver::takeAll(Socket& socket, uint32_t number) {
  const int count = batch_.receive(socket.udp.fd());
  findStreams(socket, count);
  for (int i = 0; i < count; i++) {
    if (i + 2 < count) prefetch(streamsOfBatch_[i + 2], sizeof(ReceivedStream));
    take(socket, number, i, streamsOfBatch_[i]);
  }
  const bool isAll = count < DatagramBatch::kMost;
  if (count >= 0 && isAll) socket.notBeforeNs = clock_.nowNs();
  return isAll;
}

/** All of them before the first is counted, and all are asked for before the first is found. */
void RtpReceiver::findStreams(const Socket& socket, int count) {
  const StreamRoutes* routes = socket.routes.get();
  const auto bytesOf = [this](int i) { return reinterpret_cast<const uint8_t*>(batch_.data(i)); };
  const auto isRouted = [&](int i) { return routes != nullptr && RtpHeader::isLikely(bytesOf(i), batch_.length(i)); };
  for (int i = 0; i < count; i++) {
    if (isRouted(i)) routes->prepare(batch_.source(i), RtpHeader::ssrcOf(bytesOf(i)));
  }
  for (int i = 0; i < count; i++) {
    streamsOfBatch_[i] =
        isRouted(i) ? routes->find(batch_.source(i), RtpHeader::ssrcOf(bytesOf(i))) : socket.stream.get();
  }
}

int64_t RtpReceiver::take(Socket& socket, uint32_t number, int index, ReceivedStream* stream) {
  const int64_t atNs = clock_.arrivedNs(batch_.arrivedNs(index), socket.notBeforeNs);
  const double atMs = static_cast<double>(atNs - originNs_) / kNsPerMs;
  const SocketAddress from = batch_.source(index);
  size_t length = batch_.length(index);
  auto left = ReceivedStream::Left::kAll;
  if (stream != nullptr) left = count(*stream, index, &length, from, atMs);
  if (left == ReceivedStream::Left::kNothing) return atNs;
  const int countedRow = left == ReceivedStream::Left::kHearing ? static_cast<int>(stream->row()) : PacketRing::kNoRow;
  handOn({number, countedRow, atMs, batch_.data(index), length}, from, stream);
  return atNs;
}

void RtpReceiver::handOn(const PacketRing::Packet& packet, const SocketAddress& from, const ReceivedStream* stream) {
  ring_.push(packet, from);
  const auto* bytes = reinterpret_cast<const uint8_t*>(packet.data);
  if (!hasStreams_ || !canWait(bytes, packet.length, stream != nullptr)) isUrgent_ = true;
}

ReceivedStream::Left RtpReceiver::count(ReceivedStream& stream, int index, size_t* length, const SocketAddress& from,
                                        double atMs) {
  if (stream.isWaiting) {
    if (!ring_.isRead(stream.countsFrom)) {
      stream.countsFrom = ring_.next() + 1;
      return ReceivedStream::Left::kAll;
    }
    stream.isWaiting = false;
  }
  auto* bytes = reinterpret_cast<uint8_t*>(batch_.data(index));
  stream.lock.lock();
  const auto left = stream.take(bytes, length, from, atMs);
  stream.lock.unlock();
  if (left == ReceivedStream::Left::kAll && stream.srtp != nullptr && looksLikeRtp(bytes, *length)) {
    // JavaScript may open it by former keys: what follows must not overtake it.
    stream.isWaiting = true;
    stream.countsFrom = ring_.next() + 1;
  }
  return left;
}
