// Whatever comes to either side of a DTLS handshake and after it: no harm to memory, keys that are the same on both sides
// where both are connected, and no record of a stranger that ends what is connected.
#include <memory>
#include <string>

#include "../dtls_endpoint.h"
#include "../dtls_identity.h"
#include "fuzz_input.h"

namespace {

using Role = DtlsEndpoint::Role;
using State = DtlsEndpoint::State;

constexpr char kLabel[] = "EXTRACTOR-dtls_srtp";
constexpr size_t kKeyBytes = 60;
/** An attack may keep a handshake from its end, and both repeat flights by their timers, which nothing runs out here. */
constexpr int kMostFlights = 40;

const DtlsIdentity& identity() {
  static const DtlsIdentity made("SRTP_AES128_CM_SHA1_80");
  HOLDS(made.defect().empty());
  return made;
}

State give(DtlsEndpoint& to, const Octets& datagram) {
  return to.receive(datagram.data(), datagram.size());
}

class Handshake {
 public:
  Handshake() : client_(identity(), Role::kClient), server_(identity(), Role::kServer) { client_.start(); }

  void attack(bool isServer, const Octets& datagram) { give(isServer ? server_ : client_, datagram); }

  /** The next datagram of one side, of which a piece is exchanged; an empty piece leaves it whole. */
  void deliver(bool isServer, size_t at, const Octets& piece) {
    std::string sent;
    if (!(isServer ? client_ : server_).take(&sent)) return;
    Octets datagram(sent.begin(), sent.end());
    for (size_t i = 0; i < piece.size(); i++) datagram[(at + i) % datagram.size()] ^= piece[i];
    give(isServer ? server_ : client_, datagram);
  }

  void finish() {
    for (int flight = 0; flight < kMostFlights; flight++) {
      deliver(true, 0, {});
      deliver(false, 0, {});
    }
  }
  /** Either tells by a datagram of nothing, which moves it nowhere. */
  bool isConnected() { return give(client_, {}) == State::kConnected && give(server_, {}) == State::kConnected; }
  bool agrees() const {
    const std::string keys = client_.exported(kLabel, kKeyBytes);
    return keys.size() == kKeyBytes && keys == server_.exported(kLabel, kKeyBytes) && client_.profile() == server_.profile();
  }
  void close() {
    client_.close();
    deliver(true, 0, {});
    server_.close();
  }

 private:
  DtlsEndpoint client_;
  DtlsEndpoint server_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  HOLDS(openssl.missingForDtls.empty());
  FuzzInput input(data, size);
  Handshake handshake;
  for (int steps = input.octet() % 16; steps > 0 && !input.isOver(); steps--) {
    const uint8_t what = input.octet();
    const uint8_t at = input.octet();
    if (what % 4 == 0) handshake.attack((what & 4) != 0, input.packet());
    else handshake.deliver((what & 4) != 0, at, input.packet());
  }
  handshake.finish();
  if (handshake.isConnected()) {
    HOLDS(handshake.agrees());
    while (!input.isOver()) handshake.attack((input.octet() & 4) != 0, input.packet());
    HOLDS(handshake.isConnected() && handshake.agrees());
  }
  handshake.close();
  return 0;
}

std::vector<Octets> fuzzSeeds() {
  std::vector<Octets> seeds;
  const uint8_t types[] = {20, 21, 22, 23, 25, 63};
  for (uint8_t i = 0; i < 12; i++) {
    Octets record = {types[i % 6], 0xfe, 0xfd, 0, static_cast<uint8_t>(i / 6), 0, 0, 0, 0, 0, i, 0, 20};
    record.resize(33, i);
    Octets seed = {8};
    for (uint8_t step = 0; step < 8; step++) {
      const bool isAttack = i > 0 && step == i % 8;
      seed.push_back(static_cast<uint8_t>((isAttack ? 0 : 1) + (step % 2 == 0 ? 4 : 0)));
      seed.push_back(static_cast<uint8_t>(13 * step));
      append(&seed, isAttack ? record : i % 3 == 1 && step == i ? Octets{1} : Octets{});
    }
    for (uint8_t n = 0; n < 4; n++) {
      seed.push_back(static_cast<uint8_t>(n * 4));
      record[4] = n % 2;
      append(&seed, record);
    }
    seeds.push_back(seed);
  }
  return seeds;
}
