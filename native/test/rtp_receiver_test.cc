// The parts of the addon that receive RTP, without JavaScript: built with sanitizers and run by
// test/native/sanitizers.test.ts. Prints one line for each failure and ends with 1 when there was one.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "../big_endian.h"
#include "../monotonic_clock.h"
#include "../packet_ring.h"
#include "../received_stream.h"
#include "../rtp_receiver.h"
#include "../srtp_sender.h"
#include "../udp_socket.h"
#include "expect.h"
#include "loopback.h"

namespace {

constexpr size_t kSlots = 64 + 64;

/** The side of JavaScript. */
struct Reader {
  alignas(8) uint8_t memory[(kSlots + 1) * PacketRing::kSlotBytes] = {};
  uint32_t read = 0;

  uint32_t written() const { return __atomic_load_n(reinterpret_cast<const uint32_t*>(memory), __ATOMIC_ACQUIRE); }
  const uint8_t* slot() const { return memory + (1 + read % kSlots) * PacketRing::kSlotBytes; }
  uint32_t length() const { return reinterpret_cast<const uint32_t*>(slot())[2]; }
  uint32_t socket() const { return reinterpret_cast<const uint32_t*>(slot())[3]; }
  int countedRow() const { return reinterpret_cast<const uint16_t*>(slot())[23] - 1; }
  double atMs() const { return *reinterpret_cast<const double*>(slot()); }
  const char* data() const { return reinterpret_cast<const char*>(slot() + 48); }
  void next() { __atomic_store_n(reinterpret_cast<uint32_t*>(memory) + 1, ++read, __ATOMIC_RELEASE); }
};

bool waitFor(int fd) {
  pollfd ready = {fd, POLLIN, 0};
  if (poll(&ready, 1, 3000) != 1) return false;
  uint64_t count;
  return ::read(fd, &count, sizeof count) == sizeof count;
}

/** What can wait is in the ring all the same, in a while. */
bool comesToWrite(const Reader& reader, uint32_t count) {
  for (int i = 0; i < 3000 && reader.written() < count; i++) sleepUntilNs(monotonicNs() + kNsPerMs);
  return reader.written() == count;
}

bool isQuiet(int fd) {
  pollfd ready = {fd, POLLIN, 0};
  return poll(&ready, 1, 20) == 0;
}

/** The table that JavaScript has, a row of it cleared. */
struct ReceiveTable {
  static constexpr size_t kRows = 4;
  uint32_t counters[12][kRows] = {};
  double values[7][kRows];

  ReceiveTable() {
    for (auto& column : values) std::fill(std::begin(column), std::end(column), NAN);
    std::fill(std::begin(values[0]), std::end(values[0]), 0);
  }
  ReceiveColumns columns() {
    return {counters[0], counters[1], counters[2],  counters[3],  counters[4], counters[5], counters[6],
            counters[7], counters[8], counters[9],  counters[10], counters[11], values[0],  values[1],
            values[2],   values[3],   values[4],    values[5],    values[6]};
  }
};

ReceiveStatistics::Start usualStart() {
  static PayloadTypes types;
  types.unitsPerMs.fill(8);
  types.kinds.fill(PayloadTypes::kUnnamed);
  types.kinds[0] = PayloadTypes::kAudio;
  types.kinds[13] = PayloadTypes::kComfortNoise;
  types.kinds[101] = PayloadTypes::kEvent;
  return {8, 20, JitterBufferSettings(), &types};
}

std::string rtp(uint16_t sequence, uint32_t ssrc, uint8_t payloadType = 0, size_t payloadBytes = 160) {
  std::string packet(12 + payloadBytes, '\0');
  auto* bytes = reinterpret_cast<uint8_t*>(packet.data());
  bytes[0] = 0x80;
  bytes[1] = payloadType;
  writeUint16(bytes + 2, sequence);
  writeUint32(bytes + 4, sequence * 160u);
  writeUint32(bytes + 8, ssrc);
  return packet;
}

/** Whatever comes: the good packets among it are counted as if it were not there, and nothing is read that is not there. */
void hostilePacketsChangeNothingButACounter(ExpectedSource::Policy policy) {
  ReceiveTable quiet, loud;
  const ReceiveColumns columns[] = {quiet.columns(), loud.columns()};
  ReceivedStream alone(&columns[0], 1, usualStart());
  ReceivedStream attacked(&columns[1], 1, usualStart());
  const SocketAddress far = loopback(4000);
  for (ReceivedStream* stream : {&alone, &attacked}) {
    stream->source = {far, true, policy};
    stream->source.heardMs = 0;
    stream->rememberSource(77, 100);
  }
  std::mt19937 random(23);
  const auto take = [](ReceivedStream& stream, const std::string& data, const SocketAddress& from, double atMs) {
    // Of exactly this size, so that a byte behind it is found.
    std::vector<uint8_t> bytes(data.begin(), data.end());
    size_t length = bytes.size();
    return stream.take(bytes.data(), &length, from, atMs);
  };
  int elsewhere = 0;
  for (int i = 0; i < 3000; i++) {
    const std::string packet = rtp(static_cast<uint16_t>(64000 + i), 5, i % 100 == 7 ? 101 : 0, i % 9 == 0 ? 3 : 160);
    EXPECT(take(alone, packet, far, i * 20.5) == ReceivedStream::Left::kNothing);
    for (int more = 0; more < 4; more++) {
      std::string noise(random() % 40, '\0');
      for (char& octet : noise) octet = static_cast<char>(random());
      if (noise.size() > 1) noise[1] = static_cast<char>(192 + random() % 32);
      EXPECT(take(attacked, noise, far, i * 20.5) == ReceivedStream::Left::kAll);
      std::string cut = packet.substr(0, random() % 12);
      EXPECT(take(attacked, cut, far, i * 20.5) == ReceivedStream::Left::kAll);
      std::string overrun = packet;
      overrun[0] = static_cast<char>(0xb0 | (random() % 16));
      overrun.resize(12 + random() % 20);
      overrun.back() = static_cast<char>(0);
      EXPECT(take(attacked, overrun, far, i * 20.5) == ReceivedStream::Left::kAll);
      EXPECT(take(attacked, rtp(static_cast<uint16_t>(random()), 5), loopback(4001), i * 20.5) == ReceivedStream::Left::kNothing);
      elsewhere++;
    }
    EXPECT(take(attacked, rtp(101, 77), far, i * 20.5) == ReceivedStream::Left::kNothing);
    EXPECT(take(attacked, packet, far, i * 20.5) == ReceivedStream::Left::kNothing);
  }
  EXPECT(loud.counters[9][1] == static_cast<uint32_t>(elsewhere) && loud.counters[10][1] == 3000);
  loud.counters[9][1] = loud.counters[10][1] = 0;
  EXPECT(memcmp(quiet.counters, loud.counters, sizeof quiet.counters) == 0);
  EXPECT(memcmp(quiet.values, loud.values, sizeof quiet.values) == 0);
  EXPECT(quiet.counters[0][1] == 3000 && quiet.values[0][1] == 0);
  EXPECT(alone.statistics.digits() == attacked.statistics.digits());
}

/** A gateway may send from where it did not say, and may move without a word. */
void fromElsewhereIsTakenWhereNothingElseComes() {
  ReceiveTable table;
  const ReceiveColumns columns = table.columns();
  ReceivedStream stream(&columns, 1, usualStart());
  const SocketAddress far = loopback(4000);
  stream.expectFrom({far, true, ExpectedSource::Policy::kTake});
  const auto isTaken = [&](uint16_t sequence, const SocketAddress& from, double atMs) {
    const uint32_t before = table.counters[0][1];
    std::string packet = rtp(sequence, 5);
    size_t length = packet.size();
    stream.take(reinterpret_cast<uint8_t*>(packet.data()), &length, from, atMs);
    return table.counters[0][1] == before + 1;
  };
  EXPECT(isTaken(1, loopback(4001), 0));
  EXPECT(isTaken(2, far, 20));
  EXPECT(!isTaken(3, loopback(4001), 1019));
  stream.expectFrom({far, true, ExpectedSource::Policy::kTake});
  EXPECT(!isTaken(3, loopback(4001), 1019));
  EXPECT(isTaken(3, loopback(4001), 1020));
  EXPECT(isTaken(4, far, 1021));
  stream.expectFrom({loopback(4002), true, ExpectedSource::Policy::kTake});
  EXPECT(isTaken(5, loopback(4001), 1022));
  EXPECT(table.counters[9][1] == 5);
}

/** What is forged, comes again or is padded goes on to JavaScript as it came, and changes nothing here. */
void onlyWhatIsAuthenticIsOpened(int profile) {
  const SrtpSuite* suite = SrtpSuite::of(profile);
  const SrtpMasterKey key = {suite, std::string(suite->keyBytes, 'k'), std::string(suite->saltBytes, 's'), ""};
  SrtpSender sender(key);
  ReceiveTable table;
  const ReceiveColumns columns = table.columns();
  ReceivedStream stream(&columns, 1, usualStart());
  stream.srtp = std::make_shared<SharedSrtpReceiver>();
  stream.srtp->receiver.addKey(key);
  const SocketAddress far = loopback(4000);
  std::mt19937 random(29);
  const auto isLeft = [&](std::vector<uint8_t> bytes) {
    const std::vector<uint8_t> before = bytes;
    size_t length = bytes.size();
    return stream.take(bytes.data(), &length, far, 1) == ReceivedStream::Left::kAll && bytes == before;
  };
  for (uint32_t i = 0; i < 500; i++) {
    const std::string clear = rtp(static_cast<uint16_t>(65300 + i), 5);
    std::vector<uint8_t> sealed(clear.begin(), clear.end());
    sealed.resize(clear.size() + sender.rtpOverheadBytes());
    EXPECT(sender.protectRtp(sealed.data(), clear.size(), sealed.size()) == sealed.size());
    std::vector<uint8_t> forged = sealed;
    forged[12 + random() % (forged.size() - 12)] ^= static_cast<uint8_t>(1 + random() % 255);
    EXPECT(isLeft(forged));
    forged = sealed;
    forged.resize(random() % forged.size());
    EXPECT(isLeft(forged));
    forged = sealed;
    forged[0] |= 0x20;
    EXPECT(isLeft(forged));
    std::vector<uint8_t> opened = sealed;
    size_t length = opened.size();
    EXPECT(stream.take(opened.data(), &length, far, i * 20) == ReceivedStream::Left::kNothing);
    EXPECT(length == clear.size() && memcmp(opened.data(), clear.data(), length) == 0);
    EXPECT(isLeft(sealed));
    EXPECT(table.counters[0][1] == i + 1 && table.counters[1][1] == (i + 1) * clear.size());
  }
  EXPECT(table.values[0][1] == 0);
}

/** Of a stream over ICE: what its description does not speak of is as it came for JavaScript, and changes nothing. */
void whatWasNotDescribedIsLeft() {
  ReceiveTable table;
  const ReceiveColumns columns = table.columns();
  ReceivedStream stream(&columns, 1, usualStart());
  const SocketAddress far = loopback(4000);
  stream.source = {far, true, ExpectedSource::Policy::kAsk, {5, 6}, 2};
  const auto take = [&](const std::string& data, const SocketAddress& from) {
    std::string bytes = data;
    size_t length = bytes.size();
    const auto left = stream.take(reinterpret_cast<uint8_t*>(bytes.data()), &length, from, 1);
    EXPECT(bytes == data && length == data.size());
    return left;
  };
  EXPECT(take(rtp(1, 5), far) == ReceivedStream::Left::kNothing);
  EXPECT(take(rtp(2, 5), loopback(4001)) == ReceivedStream::Left::kAll);
  EXPECT(take(rtp(2, 7), far) == ReceivedStream::Left::kAll);
  EXPECT(take(rtp(2, 0), far) == ReceivedStream::Left::kAll);
  EXPECT(take(rtp(2, 5, 8), far) == ReceivedStream::Left::kAll);
  EXPECT(take(std::string("\x16\xfe\xfd", 3) + std::string(40, '\0'), far) == ReceivedStream::Left::kAll);
  EXPECT(table.counters[0][1] == 1 && table.counters[9][1] == 0 && table.counters[10][1] == 0);
  EXPECT(take(rtp(2, 5, 101), far) == ReceivedStream::Left::kNothing);
  EXPECT(take(rtp(1, 6), far) == ReceivedStream::Left::kNothing);
  stream.source.ssrcCount = 0;
  EXPECT(take(rtp(1, 7), far) == ReceivedStream::Left::kNothing);
  EXPECT(table.counters[0][1] == 4 && table.counters[8][1] == 2);
}

/** What JavaScript has yet to take is not overtaken, and what nobody wants to see does not come to it. */
void packetsAreCountedInOrder() {
  auto reader = std::make_unique<Reader>();
  ReceiveTable table;
  RtpReceiver receiver(PacketRing(reader->memory, sizeof reader->memory), table.columns(), monotonicNs(), ReceiveTable::kRows);
  EXPECT(receiver.begin() == 0 && receiver.open(loopback(), 1 << 20) == 0);
  const SocketAddress to = UdpSocket(dup(receiver.fd(0))).local();
  UdpSocket sender, stranger;
  EXPECT(sender.open(loopback(), 4096) == 0 && stranger.open(loopback(), 4096) == 0);
  uint16_t sequence = 0;
  const auto send = [&](UdpSocket& from) {
    int error = 0;
    const std::string packet = rtp(sequence++, 9);
    EXPECT(from.send(packet.data(), packet.size(), &to, &error) == UdpSocket::Sent::kNow);
  };
  const auto received = [&] { return __atomic_load_n(&table.counters[0][2], __ATOMIC_RELAXED); };
  const auto await = [&](uint32_t count) {
    for (int i = 0; i < 3000 && received() < count; i++) sleepUntilNs(monotonicNs() + kNsPerMs);
    EXPECT(received() == count);
  };
  receiver.openStream(2, usualStart());
  send(sender);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 1 && reader->countedRow() == PacketRing::kNoRow);
  // Nothing overtakes the packet that is not taken yet.
  receiver.countOn(2, 0);
  send(sender);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 2 && received() == 0);
  reader->next();
  EXPECT(reader->countedRow() == PacketRing::kNoRow);
  reader->next();
  for (int i = 0; i < 20; i++) send(sender);
  await(20);
  EXPECT(reader->written() == 2);
  receiver.with(2, [](ReceivedStream& stream) { stream.isHeard = true; });
  send(sender);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 3 && reader->countedRow() == 2 && received() == 21);
  reader->next();
  receiver.with(2, [&](ReceivedStream& stream) {
    stream.isHeard = false;
    stream.source = {sender.local(), true, ExpectedSource::Policy::kLatch};
  });
  // JavaScript hears of the one from elsewhere, and those that follow come from where they are expected.
  send(stranger);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 4 && reader->countedRow() == 2);
  EXPECT(receiver.source(reader->read % kSlots) == stranger.local());
  for (int i = 0; i < 5; i++) send(stranger);
  await(27);
  receiver.with(2, [&](ReceivedStream&) { EXPECT(table.counters[9][2] == 1 && table.values[0][2] == 0); });
  EXPECT(reader->written() == 4);
  // SRTP that cannot be opened makes what follows wait for JavaScript, and RTCP does not.
  const auto sendBytes = [&](std::string packet) {
    int error = 0;
    EXPECT(sender.send(packet.data(), packet.size(), &to, &error) == UdpSocket::Sent::kNow);
  };
  reader->next();
  const SrtpSuite* suite = SrtpSuite::of(1);
  const SrtpMasterKey key = {suite, std::string(suite->keyBytes, 'k'), std::string(suite->saltBytes, 's'), ""};
  SrtpSender protection(key);
  const auto sealed = [&](uint16_t number) {
    std::string packet = rtp(number, 9) + std::string(protection.rtpOverheadBytes(), '\0');
    auto* bytes = reinterpret_cast<uint8_t*>(packet.data());
    EXPECT(protection.protectRtp(bytes, packet.size() - protection.rtpOverheadBytes(), packet.size()) == packet.size());
    return packet;
  };
  receiver.with(2, [&](ReceivedStream& stream) {
    stream.source = ExpectedSource();
    stream.srtp = std::make_shared<SharedSrtpReceiver>();
    stream.srtp->receiver.addKey(key);
  });
  sendBytes("\x80\xc8" + std::string(26, '\0'));
  EXPECT(comesToWrite(*reader, 5));
  sendBytes(sealed(sequence++));
  await(28);
  reader->next();
  sendBytes(rtp(sequence, 9));
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 6);
  sendBytes(sealed(sequence++));
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 7 && received() == 28);
  reader->next();
  reader->next();
  sendBytes(sealed(sequence++));
  await(29);
  receiver.countNone(0);
  send(sender);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 8 && received() == 29);
}

/** RTCP, and STUN of a stream that is counted, wait until JavaScript looks or something else comes, or until they are many. */
void whatCanWaitWakesNobody() {
  auto reader = std::make_unique<Reader>();
  ReceiveTable table;
  RtpReceiver receiver(PacketRing(reader->memory, sizeof reader->memory), table.columns(), monotonicNs(), ReceiveTable::kRows);
  EXPECT(receiver.begin() == 0 && receiver.open(loopback(), 1 << 20) == 0);
  const SocketAddress to = UdpSocket(dup(receiver.fd(0))).local();
  UdpSocket sender;
  EXPECT(sender.open(loopback(), 4096) == 0);
  const auto send = [&](const std::string& packet) {
    int error = 0;
    EXPECT(sender.send(packet.data(), packet.size(), &to, &error) == UdpSocket::Sent::kNow);
  };
  const std::string report = "\x80\xc9" + std::string(6, '\0');
  const std::string check = std::string("\0\1", 2) + std::string(18, '\0');
  send(check);
  EXPECT(waitFor(receiver.wakeFd()) && comesToWrite(*reader, 1));
  // Without streams nobody looks by himself.
  send(report);
  EXPECT(waitFor(receiver.wakeFd()) && comesToWrite(*reader, 2));
  while (reader->read < 2) reader->next();
  receiver.openStream(1, usualStart());
  receiver.countOn(1, 0);
  send(check);
  send(report);
  EXPECT(comesToWrite(*reader, 4) && isQuiet(receiver.wakeFd()));
  send("\x16\xfe\xfd");
  EXPECT(waitFor(receiver.wakeFd()) && comesToWrite(*reader, 5));
  while (reader->read < 5) reader->next();
  for (int i = 0; i < 60; i++) send(report);
  EXPECT(comesToWrite(*reader, 65) && isQuiet(receiver.wakeFd()));
  for (int i = 0; i < 4; i++) send(report);
  EXPECT(waitFor(receiver.wakeFd()) && comesToWrite(*reader, 69));
}

/** As a table of the standard library has them, whatever comes and goes. */
void routesAreFoundAndForgotten() {
  ReceiveTable table;
  const ReceiveColumns columns = table.columns();
  StreamRoutes routes;
  std::map<std::pair<uint16_t, uint32_t>, std::shared_ptr<ReceivedStream>> expected;
  std::mt19937 random(31);
  for (int i = 0; i < 20000; i++) {
    const auto port = static_cast<uint16_t>(4000 + random() % 20);
    const uint32_t ssrc = random() % 60;
    std::shared_ptr<ReceivedStream> stream;
    if (random() % 2 == 0) stream = std::make_shared<ReceivedStream>(&columns, 1, usualStart());
    routes.set(loopback(port), ssrc, stream);
    if (stream != nullptr) expected[{port, ssrc}] = stream;
    else expected.erase({port, ssrc});
  }
  for (uint16_t port = 4000; port < 4020; port++) {
    for (uint32_t ssrc = 0; ssrc < 60; ssrc++) {
      const auto place = expected.find({port, ssrc});
      EXPECT(routes.find(loopback(port), ssrc) == (place == expected.end() ? nullptr : place->second.get()));
    }
  }
  EXPECT(!expected.empty() && routes.find(loopback(4021), 1) == nullptr);
}

/** A socket that streams share: packets go where a route leads, and all others to JavaScript. */
void routesTellStreamsApart() {
  auto reader = std::make_unique<Reader>();
  ReceiveTable table;
  RtpReceiver receiver(PacketRing(reader->memory, sizeof reader->memory), table.columns(), monotonicNs(), ReceiveTable::kRows);
  EXPECT(receiver.begin() == 0 && receiver.open(loopback(), 1 << 20) == 0);
  EXPECT(receiver.receiveBufferBytes(0) > 4096 && receiver.receiveBufferBytes(7) == 0);
  receiver.share(0);
  const SocketAddress to = UdpSocket(dup(receiver.fd(0))).local();
  UdpSocket alone, both;
  EXPECT(alone.open(loopback(), 4096) == 0 && both.open(loopback(), 4096) == 0);
  for (uint32_t row = 0; row < 3; row++) receiver.openStream(row, usualStart());
  receiver.route(0, alone.local(), 11, 0);
  receiver.route(0, both.local(), 11, 1);
  receiver.route(0, both.local(), 12, 2);
  const auto send = [&](UdpSocket& from, uint16_t sequence, uint32_t ssrc) {
    int error = 0;
    const std::string packet = rtp(sequence, ssrc);
    EXPECT(from.send(packet.data(), packet.size(), &to, &error) == UdpSocket::Sent::kNow);
  };
  const auto received = [&](uint32_t row) { return __atomic_load_n(&table.counters[0][row], __ATOMIC_RELAXED); };
  const auto await = [&](uint32_t row, uint32_t count) {
    for (int i = 0; i < 3000 && received(row) < count; i++) sleepUntilNs(monotonicNs() + kNsPerMs);
    EXPECT(received(row) == count);
  };
  // More than a batch of them, and the same SSRC from two far sides.
  for (uint16_t i = 0; i < 200; i++) {
    send(alone, i, 11);
    send(both, i, 11);
    send(both, i, 12);
    receiver.withStatistics(2, [](ReceiveStatistics& statistics) {
      if (statistics.heard()) EXPECT(statistics.closeInterval() == 0 && statistics.cumulativeLost() == 0);
    });
  }
  await(0, 200);
  await(1, 200);
  await(2, 200);
  EXPECT(reader->written() == 0);
  for (uint32_t row = 1; row < 3; row++) {
    receiver.with(row, [&](ReceivedStream&) { EXPECT(table.values[0][row] == 0); });
  }
  // Of a source that nobody knows.
  send(both, 0, 13);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 1 && reader->countedRow() == PacketRing::kNoRow);
  reader->next();
  receiver.with(2, [](ReceivedStream& stream) { stream.isHeard = true; });
  send(both, 200, 12);
  EXPECT(waitFor(receiver.wakeFd()) && reader->written() == 2 && reader->countedRow() == 2);
  reader->next();
  receiver.endRoute(0, both.local(), 11);
  receiver.endRoute(0, both.local(), 11);
  receiver.endRoute(0, alone.local(), 11);
  send(both, 200, 11);
  send(alone, 200, 11);
  send(both, 201, 12);
  await(2, 202);
  while (reader->written() < 5) EXPECT(waitFor(receiver.wakeFd()));
  EXPECT(received(0) == 200 && received(1) == 200);
}

/** Anything may come from the network: it arrives as it is, in order, none too much, and the ring fills without loss. */
void arbitraryDatagramsComeThroughTheRing() {
  auto reader = std::make_unique<Reader>();
  const int64_t originNs = monotonicNs();
  auto receiver = std::make_unique<RtpReceiver>(PacketRing(reader->memory, sizeof reader->memory), ReceiveColumns(),
                                                originNs, 0);
  EXPECT(receiver->begin() == 0);
  const int first = receiver->open(loopback(), 4 << 20);
  const int second = receiver->open(loopback(), 4 << 20);
  EXPECT(first == 0 && second == 1);
  UdpSocket sender;
  EXPECT(sender.open(loopback(), 4096) == 0);
  const SocketAddress to = UdpSocket(dup(receiver->fd(1))).local();
  std::mt19937 random(17);
  std::vector<std::string> sent;
  for (int i = 0; i < 1000; i++) {
    std::string data(i % 50 == 0 ? random() % 60000 : random() % 200, '\0');
    for (char& octet : data) octet = static_cast<char>(random());
    int error = 0;
    EXPECT(sender.send(data.data(), data.size(), &to, &error) == UdpSocket::Sent::kNow);
    sent.push_back(data.substr(0, PacketRing::kMostBytes));
  }
  size_t seen = 0;
  // The last of them may look like RTCP.
  while (seen < sent.size() && (waitFor(receiver->wakeFd()) || reader->read != reader->written())) {
    for (const uint32_t end = reader->written(); reader->read != end; reader->next()) {
      EXPECT(std::string(reader->data(), reader->length()) == sent[seen]);
      EXPECT(reader->socket() == 1 && receiver->source(reader->read % kSlots) == sender.local());
      EXPECT(reader->atMs() >= 0 && reader->atMs() <= static_cast<double>(monotonicNs() - originNs) / kNsPerMs);
      seen++;
    }
  }
  EXPECT(seen == sent.size());
  receiver->close(1);
  receiver->close(1);
  receiver->close(77);
  EXPECT(receiver->fd(1) == -1 && receiver->open(loopback(), 4096) == 1);
  EXPECT(receiver->open(to, 4096) >= 0);
  EXPECT(receiver->open(to, 4096) == -EADDRINUSE);
}

}  // namespace

int main() {
  for (auto policy : {ExpectedSource::Policy::kReject, ExpectedSource::Policy::kTake, ExpectedSource::Policy::kLatch}) {
    hostilePacketsChangeNothingButACounter(policy);
  }
  fromElsewhereIsTakenWhereNothingElseComes();
  for (int profile : {1, 2, 7, 8}) onlyWhatIsAuthenticIsOpened(profile);
  whatWasNotDescribedIsLeft();
  packetsAreCountedInOrder();
  whatCanWaitWakesNobody();
  routesAreFoundAndForgotten();
  routesTellStreamsApart();
  arbitraryDatagramsComeThroughTheRing();
  return verdict();
}
