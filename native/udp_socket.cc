#include "udp_socket.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monotonic_clock.h"

namespace {

/** UDP_SEGMENT of linux/udp.h, which older headers lack. */
constexpr int kUdpSegment = 103;

bool isFull(int error) {
  return error == -EAGAIN || error == -EWOULDBLOCK || error == -ENOBUFS;
}

}  // namespace

int UdpSocket::open(const SocketAddress& local, int receiveBufferBytes) {
  fd_ = socket(local.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return -errno;
  const int on = 1;
  if (local.family() == AF_INET6 && setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) return -errno;
  if (bind(fd_, local.get(), local.length()) != 0) return -errno;
  // Both are wishes: a smaller buffer shows in the counter of drops, and a datagram without a time counts as new. Beyond
  // net.core.rmem_max only who may administer the network has his.
  if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &receiveBufferBytes, sizeof receiveBufferBytes) != 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, sizeof receiveBufferBytes);
  }
  setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  emptyAtNs_ = monotonicNs();
  return 0;
}

int UdpSocket::connect(const SocketAddress& peer) {
  return ::connect(fd_, peer.get(), peer.length()) == 0 ? 0 : -errno;
}

void UdpSocket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  queue_.clear();
  queuedBytes_ = 0;
}

SocketAddress UdpSocket::local() const {
  sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) return SocketAddress();
  return SocketAddress(reinterpret_cast<sockaddr*>(&address), length);
}

int UdpSocket::receive(DatagramBatch& batch) {
  const int64_t before = monotonicNs();
  const int count = batch.receive(fd_);
  takenNs_ = monotonicNs();
  realtimeNs_ = clockNs(CLOCK_REALTIME);
  notBeforeNs_ = emptyAtNs_;
  if (count < DatagramBatch::kMost) emptyAtNs_ = before;
  return count;
}

int64_t UdpSocket::ageNs(const DatagramBatch& batch, int index) const {
  const int64_t arrived = batch.arrivedNs(index);
  if (arrived == 0) return 0;
  return std::clamp<int64_t>(realtimeNs_ - arrived, 0, takenNs_ - notBeforeNs_);
}

int64_t UdpSocket::arrivedNs(const DatagramBatch& batch, int index) const {
  return takenNs_ - ageNs(batch, index);
}

int UdpSocket::transmit(const char* data, size_t length, const SocketAddress* to) {
  for (;;) {
    const sockaddr* address = to == nullptr ? nullptr : to->get();
    const socklen_t addressLength = to == nullptr ? 0 : to->length();
    if (sendto(fd_, data, length, MSG_DONTWAIT, address, addressLength) >= 0) return 0;
    if (errno != EINTR) return -errno;
  }
}

UdpSocket::Sent UdpSocket::send(const char* data, size_t length, const SocketAddress* to, int* error) {
  *error = queue_.empty() ? transmit(data, length, to) : -EAGAIN;
  if (*error == 0) return Sent::kNow;
  if (!isFull(*error)) return Sent::kFailed;
  queue_.push_back({std::string(data, length), to == nullptr ? SocketAddress() : *to});
  queuedBytes_ += length;
  return Sent::kQueued;
}

int UdpSocket::sendTogether(iovec* datagrams, size_t count, const SocketAddress* to) {
  if (!queue_.empty()) return -EAGAIN;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {};
  msghdr message = {};
  message.msg_name = to == nullptr ? nullptr : const_cast<sockaddr*>(to->get());
  message.msg_namelen = to == nullptr ? 0 : to->length();
  message.msg_iov = datagrams;
  message.msg_iovlen = count;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* segment = CMSG_FIRSTHDR(&message);
  segment->cmsg_level = SOL_UDP;
  segment->cmsg_type = kUdpSegment;
  segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const auto length = static_cast<uint16_t>(datagrams[0].iov_len);
  memcpy(CMSG_DATA(segment), &length, sizeof length);
  for (;;) {
    if (sendmsg(fd_, &message, MSG_DONTWAIT) >= 0) return 0;
    if (errno != EINTR) return -errno;
  }
}

bool UdpSocket::flush(std::deque<Failure>* failures) {
  while (!queue_.empty()) {
    const Queued& next = queue_.front();
    const SocketAddress* to = next.to.length() == 0 ? nullptr : &next.to;
    const int error = transmit(next.data.data(), next.data.size(), to);
    if (isFull(error)) return false;
    if (error != 0) failures->push_back({next.to, error});
    queuedBytes_ -= next.data.size();
    queue_.pop_front();
  }
  return true;
}
