// Whatever comes to a stream in clear: nothing is read that is not there, what is no RTP is left to JavaScript untouched,
// and what comes from elsewhere changes nothing but a counter where it is to be rejected, or while the far side is heard.
#include <cmath>
#include <cstring>

#include "../received_stream.h"
#include "fuzz_input.h"

namespace {

/** One row of the table that JavaScript has. */
struct Row {
  static constexpr size_t kCounters = 12;
  static constexpr size_t kUnexpected = 9;
  static constexpr size_t kStale = 10;
  uint32_t counters[kCounters] = {};
  double values[7] = {0, NAN, NAN, NAN, NAN, NAN, NAN};

  ReceiveColumns columns() {
    uint32_t* c = counters;
    double* v = values;
    return {c,     c + 1, c + 2,  c + 3,  c + 4, c + 5, c + 6, c + 7, c + 8, c + 9,
            c + 10, c + 11, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6};
  }
  /** Bit by bit, since NaN is no number, and without the counters of what was refused. */
  bool isAs(Row other) const {
    for (size_t refused : {kUnexpected, kStale}) other.counters[refused] = counters[refused];
    return memcmp(counters, other.counters, sizeof counters) == 0 && memcmp(values, other.values, sizeof values) == 0;
  }
};

const PayloadTypes& payloadTypes() {
  static const PayloadTypes known = [] {
    PayloadTypes types;
    types.unitsPerMs.fill(8);
    types.kinds.fill(PayloadTypes::kAudio);
    types.unitsPerMs[111] = 48;
    types.kinds[13] = PayloadTypes::kComfortNoise;
    types.kinds[101] = PayloadTypes::kEvent;
    return types;
  }();
  return known;
}

SocketAddress address(uint16_t port) {
  SocketAddress made;
  HOLDS(SocketAddress::parse("127.0.0.1", port, false, &made) == 0);
  return made;
}

bool mayBeRtp(const Octets& packet) {
  return packet.size() >= RtpHeader::kFixedBytes && packet[0] >> 6 == 2 && (packet[1] < 192 || packet[1] > 223);
}

void readHeader(const Octets& packet) {
  RtpHeader header;
  const bool isValid = header.read(packet.data(), packet.size());
  HOLDS(!isValid || mayBeRtp(packet));
  if (isValid) HOLDS(header.payloadStart <= header.payloadEnd && header.payloadEnd <= packet.size());
}

struct Attack {
  ReceivedStream& stream;
  Row& row;
  double atMs = 0;

  /** `how`: 1 from elsewhere, 2 after a long time, otherwise after as many ms as its other bits say. */
  void take(uint8_t how, Octets packet) {
    atMs += (how & 2) != 0 ? 5000 : how >> 2;
    const SocketAddress from = address((how & 1) != 0 ? 5 : 4);
    const ExpectedSource& source = stream.source;
    const bool isElsewhere = !(from == source.remote);
    const bool isAlive = atMs - source.heardMs < 1000;
    const bool isRefused = isElsewhere && (isAlive || source.policy == ExpectedSource::Policy::kReject);
    const Octets before = packet;
    const Row rowBefore = row;
    size_t length = packet.size();
    const auto left = stream.take(packet.data(), &length, from, atMs);
    HOLDS(packet == before && length == before.size());
    if (!mayBeRtp(packet)) HOLDS(left == ReceivedStream::Left::kAll);
    if (left == ReceivedStream::Left::kAll || isRefused) HOLDS(row.isAs(rowBefore));
    if (isRefused) HOLDS(left != ReceivedStream::Left::kHearing);
  }
};

Octets rtp(uint16_t sequence, uint8_t payloadType, size_t payloadBytes) {
  Octets packet(RtpHeader::kFixedBytes + payloadBytes, 3);
  packet[0] = 0x80;
  packet[1] = payloadType;
  writeUint16(&packet[2], sequence);
  writeUint32(&packet[4], sequence * 160u);
  writeUint32(&packet[8], 5);
  return packet;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzInput input(data, size);
  Row row;
  const ReceiveColumns columns = row.columns();
  ReceivedStream stream(&columns, 0, {8, 20, JitterBufferSettings(), &payloadTypes()});
  const uint8_t settings = input.octet();
  stream.source = {address(4), true, static_cast<ExpectedSource::Policy>(settings % 3)};
  stream.isHeard = (settings & 4) != 0;
  stream.isExpecting = (settings & 8) != 0;
  if ((settings & 16) != 0) stream.rememberSource(5, input.word());
  if ((settings & 32) != 0) stream.statistics.markAnswered(100);
  Attack attack{stream, row};
  while (!input.isOver()) {
    const uint8_t how = input.octet();
    const Octets packet = input.packet();
    readHeader(packet);
    attack.take(how, packet);
    if (how == 0xff) stream.statistics.closeInterval();
  }
  stream.statistics.fates();
  stream.statistics.timeline().rows(stream.statistics.totals());
  return 0;
}

std::vector<Octets> fuzzSeeds() {
  std::vector<Octets> seeds;
  for (uint8_t settings = 0; settings < 64; settings += 7) {
    Octets seed = {settings};
    if ((settings & 16) != 0) seed.insert(seed.end(), {0, 100});
    for (uint16_t i = 0; i < 20; i++) {
      const uint8_t payloadTypes[] = {0, 0x80, 13, 101, 111};
      Octets packet = rtp(static_cast<uint16_t>(65530 + i), payloadTypes[(i + settings) % 5], i % 5 == 3 ? 4 : 20);
      // An extension, a list of sources, and padding.
      if (i % 6 == 1) packet[0] = 0x90;
      if (i % 6 == 2) packet[0] = 0x83;
      if (i % 6 == 3) packet[0] = 0xa0;
      if (i % 6 == 4) packet[11] = 6;
      seed.push_back(static_cast<uint8_t>(80 + i % 4));
      append(&seed, packet);
    }
    seeds.push_back(seed);
  }
  return seeds;
}
