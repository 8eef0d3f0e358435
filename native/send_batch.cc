#include "send_batch.h"

#include <cerrno>
#include <cstring>

#include "direct_call.h"

SendBatch::SendBatch() : bytes_(new uint8_t[kMost * kPacketBytes]) {
  memset(messages_, 0, sizeof messages_);
  for (size_t i = 0; i < kMost; i++) {
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

void SendBatch::clear() {
  count_ = 0;
  end_ = 0;
}

void SendBatch::add(int fd, const SocketAddress& to, size_t length, int64_t tick) {
  Entry& entry = entries_[count_];
  entry.fd = fd;
  entry.tick = tick;
  entry.to = to;
  parts_[count_] = {room(), length};
  msghdr& header = messages_[count_].msg_hdr;
  header.msg_name = const_cast<sockaddr*>(entry.to.get());
  header.msg_namelen = entry.to.length();
  end_ += (length + kAlignment - 1) / kAlignment * kAlignment;
  count_++;
}

size_t SendBatch::send(size_t from, bool* failed) {
  size_t end = from + 1;
  while (end < count_ && entries_[end].fd == entries_[from].fd) end++;
  for (;;) {
    const int sent = transmit(from, end);
    *failed = sent <= 0;
    if (sent > 0) return from + static_cast<size_t>(sent);
    if (errno != EINTR) return from + 1;
  }
}

/** One datagram is cheaper without the structures around it. */
int SendBatch::transmit(size_t from, size_t end) {
  const int fd = entries_[from].fd;
  if (end - from > 1) return sendmmsg(fd, &messages_[from], static_cast<unsigned>(end - from), MSG_DONTWAIT);
  const SocketAddress& to = entries_[from].to;
  return sendDirectly(fd, parts_[from], MSG_DONTWAIT, to.get(), to.length()) < 0 ? -1 : 1;
}
