#include "datagram_batch.h"

#include <time.h>

#include <cerrno>
#include <cstring>

DatagramBatch::DatagramBatch() : buffer_(new char[kMost * kDatagramBytes]) {
  memset(messages_, 0, sizeof messages_);
  for (int i = 0; i < kMost; i++) {
    parts_[i] = {buffer_.get() + static_cast<size_t>(i) * kDatagramBytes, kDatagramBytes};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_iov = &parts_[i];
    header.msg_iovlen = 1;
    header.msg_name = &sources_[i];
    header.msg_control = control_[i];
  }
}

int DatagramBatch::receive(int fd) {
  for (auto& message : messages_) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    message.msg_hdr.msg_controllen = kControlBytes;
  }
  for (;;) {
    const int count = recvmmsg(fd, messages_, kMost, MSG_DONTWAIT, nullptr);
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
  }
}

SocketAddress DatagramBatch::source(int index) const {
  const msghdr& header = messages_[index].msg_hdr;
  return SocketAddress(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen);
}

int64_t DatagramBatch::arrivedNs(int index) const {
  msghdr* header = const_cast<msghdr*>(&messages_[index].msg_hdr);
  for (cmsghdr* part = CMSG_FIRSTHDR(header); part != nullptr; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec when;
    memcpy(&when, CMSG_DATA(part), sizeof when);
    return static_cast<int64_t>(when.tv_sec) * 1000000000 + when.tv_nsec;
  }
  return 0;
}
