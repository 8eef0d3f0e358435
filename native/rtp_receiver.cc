#include "rtp_receiver.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "monotonic_clock.h"

namespace {

/** What arrives within it is taken together: rounds cost more than packets. Times come from the kernel. */
constexpr int64_t kRoundNs = 2 * kNsPerMs;
constexpr int kEventsAtOnce = 512;
constexpr uint32_t kStop = UINT32_MAX;

void signal(int eventFd) {
  const uint64_t one = 1;
  // It fails only where it is signalled already 2^64 times.
  while (write(eventFd, &one, sizeof one) < 0 && errno == EINTR) {
  }
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
  auto socket = std::make_unique<UdpSocket>();
  int error = socket->open(local, receiveBufferBytes);
  if (error != 0) return error;
  std::lock_guard<std::mutex> lock(mutex_);
  const bool isNew = free_.empty();
  const uint32_t number = isNew ? static_cast<uint32_t>(sockets_.size()) : free_.back();
  error = watch(poll_, socket->fd(), number);
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
  return socket < sockets_.size() && sockets_[socket] != nullptr ? sockets_[socket]->fd() : -1;
}

void RtpReceiver::run() {
  epoll_event events[kEventsAtOnce];
  for (;;) {
    const int count = epoll_wait(poll_, events, kEventsAtOnce, -1);
    const int64_t nextNs = monotonicNs() + kRoundNs;
    bool isFull = false;
    for (int i = 0; i < count && !isFull; i++) {
      if (events[i].data.u32 == kStop) return;
      isFull = !receive(events[i].data.u32);
    }
    ring_.publish();
    signal(wake_);
    // With more of them waiting there is no time to rest.
    if (isFull || count < kEventsAtOnce) sleepUntilNs(nextNs);
  }
}

bool RtpReceiver::receive(uint32_t number) {
  if (ring_.room() < DatagramBatch::kMost) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  if (fd(number) < 0) return true;
  UdpSocket& socket = *sockets_[number];
  // What the kernel says of an error, such as ICMP's, is taken out by this.
  const int count = socket.receive(batch_);
  for (int i = 0; i < count; i++) {
    const auto atNs = static_cast<double>(socket.arrivedNs(batch_, i) - originNs_);
    ring_.push(number, atNs / kNsPerMs, batch_.source(i), batch_.data(i), batch_.length(i));
  }
  return true;
}
