// The thread that sends RTP and SRTP, without JavaScript, which is played by the main thread: built with sanitizers and run
// by test/native/sanitizers.test.ts.
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../datagram_batch.h"
#include "../monotonic_clock.h"
#include "../rtp_sender.h"
#include "../srtp_receiver.h"
#include "../udp_socket.h"
#include "expect.h"
#include "loopback.h"

namespace {

constexpr uint32_t kRows = 40;
/** The rollover counter changes hands too. */
constexpr uint16_t kFirstSequence = 65500;
constexpr size_t kPayloadBytes = 160;

std::unique_ptr<PayloadTrack> trackOf(const std::vector<uint32_t>& lengths) {
  const std::vector<uint8_t> bytes(lengths.size() * kPayloadBytes, 7);
  return std::make_unique<PayloadTrack>(bytes.data(), lengths.data(), lengths.size());
}

/** Suites by turns; every fifth row is in clear. */
SrtpMasterKey masterKeyOf(uint32_t row) {
  constexpr int kProfiles[] = {0, 1, 2, 7, 8};
  const SrtpSuite* suite = SrtpSuite::of(kProfiles[row % 5]);
  if (suite == nullptr) return {};
  return {suite, std::string(suite->keyBytes, 'k'), std::string(suite->saltBytes, 's'), row % 2 == 0 ? "" : "mki"};
}

/** What the thread writes. */
struct Columns {
  std::vector<uint32_t> sent{std::vector<uint32_t>(kRows)}, octets{sent}, skipped{sent}, marks{sent};
  std::vector<double> from{std::vector<double>(kRows, NAN)}, to{from};
  std::vector<uint32_t> lag{std::vector<uint32_t>(kLagSteps + 2)}, failed{std::vector<uint32_t>(1)};

  SendColumns all() {
    return {sent.data(), octets.data(), skipped.data(), marks.data(), from.data(), to.data(), lag.data(), failed.data()};
  }
};

/** The side of JavaScript: what it sends itself while it has a stream. */
struct Owner {
  UdpSocket socket;
  std::vector<std::shared_ptr<SrtpSender>> protection{kRows};
  uint32_t sent = 0;

  /** RTCP belongs to it at any time. */
  void protectReport(uint32_t row) {
    uint8_t packet[200] = {0x80, 200};
    if (protection[row] != nullptr) EXPECT(protection[row]->protectRtcp(packet, 28, sizeof packet) > 28);
  }

  void sendPacket(PacedSettings& settings, const SocketAddress& to) {
    uint8_t packet[300] = {0x80, 0};
    packet[2] = static_cast<uint8_t>(settings.sequence >> 8);
    packet[3] = static_cast<uint8_t>(settings.sequence++);
    packet[11] = static_cast<uint8_t>(settings.ssrc);
    size_t length = 12 + kPayloadBytes;
    const auto& srtp = protection[settings.ssrc];
    if (srtp != nullptr) length = srtp->protectRtp(packet, length, sizeof packet);
    int error = 0;
    EXPECT(socket.send(reinterpret_cast<char*>(packet), length, &to, &error) == UdpSocket::Sent::kNow);
    sent++;
  }
};

/** Every stream is whole, in order and authentic, whoever sent what of it. */
uint64_t judge(UdpSocket& far) {
  auto batch = std::make_unique<DatagramBatch>();
  std::vector<SrtpReceiver> receivers(kRows);
  for (uint32_t row = 0; row < kRows; row++) {
    if (masterKeyOf(row).suite != nullptr) receivers[row].addKey(masterKeyOf(row));
  }
  std::vector<uint16_t> next(kRows, kFirstSequence);
  uint64_t arrived = 0;
  for (int count = far.receive(*batch); count > 0; count = far.receive(*batch)) {
    for (int i = 0; i < count; i++) {
      std::vector<uint8_t> packet(batch->data(i), batch->data(i) + batch->length(i));
      const uint32_t row = packet[11] % kRows;
      EXPECT((packet[2] << 8 | packet[3]) == next[row]++);
      if (masterKeyOf(row).suite != nullptr) {
        EXPECT(receivers[row].unprotectRtp(packet.data(), packet.size()).isClear);
      }
      arrived++;
    }
  }
  return arrived;
}

void streamsAreSentWhileTheyChange() {
  Columns columns;
  const int64_t originNs = monotonicNs();
  Owner owner;
  UdpSocket far;
  EXPECT(owner.socket.open(loopback(), 4096) == 0 && far.open(loopback(), 8 << 20) == 0);
  const SocketAddress to = far.local();
  RtpSender sender(columns.all(), originNs, kRows);
  RtpSender::Start start = {owner.socket.fd(), to, nullptr, {}, 5, sender.addTrack(trackOf({160, 160})), 0, 0};
  const auto begin = [&](uint32_t row) {
    start.srtp = owner.protection[row];
    EXPECT(sender.start(row, start) > 0);
  };
  for (uint32_t row = 0; row < kRows; row++) {
    start.settings.ssrc = row;
    start.settings.sequence = kFirstSequence;
    const SrtpMasterKey key = masterKeyOf(row);
    if (key.suite != nullptr) owner.protection[row] = std::make_shared<SrtpSender>(key);
    sender.open(row);
    begin(row);
  }
  const int64_t endNs = monotonicNs() + 600 * kNsPerMs;
  std::mt19937 random(5);
  while (monotonicNs() < endNs) {
    const uint32_t row = random() % (kRows - 1);
    owner.protectReport(row);
    int64_t dueTick = 0;
    start.settings = sender.stop(row, &dueTick);
    start.dueTick = dueTick;
    owner.sendPacket(start.settings, to);
    begin(row);
    if (random() % 8 == 0) sender.pushEvent(row, 1, 20, 20);
    const int64_t tick = sender.markTick(row);
    if (tick > 0) sender.mark(row, trackOf({20, 20}), tick);
    sleepUntilNs(monotonicNs() + kNsPerMs / 5);
  }
  // The one that nobody touched.
  constexpr uint32_t kLast = kRows - 1;
  int64_t dueTick = 0;
  const PacedSettings left = sender.stop(kLast, &dueTick);
  const uint32_t sent = columns.sent[kLast];
  EXPECT(sent + columns.skipped[kLast] >= 115 && left.sequence == static_cast<uint16_t>(kFirstSequence + sent));
  EXPECT(columns.octets[kLast] == kPayloadBytes * sent && columns.to[kLast] >= columns.from[kLast]);
  sender.end();
  uint64_t all = 0;
  uint32_t whole = 0;
  for (uint32_t row = 0; row < kRows; row++) {
    all += columns.sent[row];
    whole += columns.marks[row];
  }
  EXPECT(columns.failed[0] == 0 && whole > 0 && columns.lag[kLagSteps] == all);
  EXPECT(owner.sent > 0 && judge(far) == all + owner.sent);
}

}  // namespace

int main() {
  streamsAreSentWhileTheyChange();
  return verdict();
}
