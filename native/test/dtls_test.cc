// DTLS without JavaScript: handshakes in memory, and a bounded fuzzer over what arrives. Built with sanitizers and run by
// test/native/sanitizers.test.ts, with the OpenSSL of the system.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../dtls_endpoint.h"
#include "../dtls_identity.h"
#include "expect.h"

namespace {

using Role = DtlsEndpoint::Role;
using State = DtlsEndpoint::State;

constexpr char kProfiles[] = "SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

State give(DtlsEndpoint& to, const std::string& datagram) {
  // In memory of exactly its size, so that the sanitizer sees what goes beyond.
  const std::vector<uint8_t> copy(datagram.begin(), datagram.end());
  return to.receive(copy.data(), copy.size());
}

struct Pair {
  explicit Pair(const DtlsIdentity& identity) : client(identity, Role::kClient), server(identity, Role::kServer) {
    client.start();
  }

  /** Carries datagrams until both are silent; `onWay` may change each. */
  template <typename OnWay>
  void run(OnWay onWay) {
    std::string datagram;
    for (bool moved = true; moved;) {
      moved = false;
      while (client.take(&datagram)) {
        onWay(&datagram);
        give(server, datagram);
        moved = true;
      }
      while (server.take(&datagram)) {
        onWay(&datagram);
        give(client, datagram);
        moved = true;
      }
    }
  }
  void run() {
    run([](std::string*) {});
  }
  bool connected() {
    // Either tells by a datagram of nothing, which moves it nowhere.
    return give(client, "") == State::kConnected && give(server, "") == State::kConnected;
  }

  DtlsEndpoint client;
  DtlsEndpoint server;
};

std::string noise(std::mt19937& random, size_t most) {
  std::string octets(random() % (most + 1), '\0');
  for (char& octet : octets) octet = static_cast<char>(random());
  return octets;
}

/** Noise with a header that promises a record. */
std::string record(std::mt19937& random) {
  std::string octets = noise(random, 200);
  octets.resize(octets.size() + 13);
  const uint8_t types[] = {20, 21, 22, 23, 24, 25};
  octets[0] = static_cast<char>(types[random() % 6]);
  octets[1] = static_cast<char>(0xfe);
  octets[2] = static_cast<char>(0xfd);
  octets[3] = 0;
  octets[4] = static_cast<char>(random() % 2);
  const size_t length = random() % 4 == 0 ? random() % 65536 : octets.size() - 13;
  octets[11] = static_cast<char>(length >> 8);
  octets[12] = static_cast<char>(length);
  return octets;
}

std::string changed(std::mt19937& random, std::string datagram) {
  if (datagram.empty()) return datagram;
  if (random() % 3 == 0) datagram.resize(random() % datagram.size());
  else for (int i = random() % 4; i >= 0; i--) datagram[random() % datagram.size()] ^= static_cast<char>(1 + random() % 255);
  return datagram;
}

void bothEndsExportTheSame(const DtlsIdentity& identity) {
  Pair pair(identity);
  pair.run();
  EXPECT(pair.connected());
  EXPECT(pair.client.profile() == 8 && pair.server.profile() == 8);
  EXPECT(pair.client.certificate() == identity.certificate() && !identity.certificate().empty());
  const std::string material = pair.client.exported("EXTRACTOR-dtls_srtp", 88);
  EXPECT(material.size() == 88 && material == pair.server.exported("EXTRACTOR-dtls_srtp", 88));
  EXPECT(pair.client.dueMs() == -1 && pair.server.dueMs() == -1);
  pair.client.close();
  pair.run();
  EXPECT(give(pair.server, "") == State::kClosed);
  EXPECT(pair.client.exported("EXTRACTOR-dtls_srtp", 88).empty());
  EXPECT(pair.client.certificate().empty() && pair.client.profile() == 0);
  EXPECT(pair.client.onTimeout() == State::kClosed && pair.client.start() == State::kClosed);
}

void aFlightThatGetsNoAnswerIsDueInASecond(const DtlsIdentity& identity) {
  DtlsEndpoint client(identity, Role::kClient);
  client.start();
  EXPECT(client.dueMs() > 500 && client.dueMs() <= 1000);
  DtlsEndpoint server(identity, Role::kServer);
  server.start();
  EXPECT(server.dueMs() == -1);
}

void settingsThatOpenSslDoesNotKnowAreADefect() {
  EXPECT(!DtlsIdentity("SRTP_OF_TOMORROW").defect().empty());
}

void aFatalAlertEndsTheHandshake(const DtlsIdentity& identity) {
  DtlsEndpoint client(identity, Role::kClient);
  client.start();
  const std::string alert("\x15\xfe\xfd\0\0\0\0\0\0\0\0\0\x02\x02\x28", 15);
  EXPECT(give(client, alert) == State::kFailed);
  EXPECT(client.failure() == DtlsEndpoint::Failure::kPeerAlert && !client.failureText().empty());
  client.close();
  EXPECT(client.start() == State::kFailed);
}

/** Of the network's making: no harm to memory, whatever the handshake comes to. */
void noDatagramHarms(const DtlsIdentity& identity) {
  std::mt19937 random(23);
  for (int i = 0; i < 300; i++) {
    Pair pair(identity);
    pair.run([&](std::string* datagram) {
      if (random() % 4 == 0) give(random() % 2 == 0 ? pair.client : pair.server, record(random));
      if (random() % 4 == 0) *datagram = changed(random, *datagram);
    });
    for (int n = 0; n < 20; n++) give(random() % 2 == 0 ? pair.client : pair.server, n % 2 == 0 ? noise(random, 1500) : record(random));
    pair.client.close();
    pair.run();
  }
}

/** Noise before a handshake that is no record at all does not stand in its way; after it, nothing does. */
void strangersChangeNothing(const DtlsIdentity& identity) {
  std::mt19937 random(29);
  Pair pair(identity);
  for (int i = 0; i < 1000; i++) {
    std::string datagram = noise(random, 1500);
    if (!datagram.empty() && datagram[0] >= 20 && datagram[0] <= 25) datagram[0] = 0x7f;
    give(pair.client, datagram);
    give(pair.server, datagram);
  }
  pair.run();
  EXPECT(pair.connected());
  const std::string material = pair.client.exported("EXTRACTOR-dtls_srtp", 88);
  for (int i = 0; i < 20000; i++) {
    const std::string datagram = i % 2 == 0 ? record(random) : noise(random, 300);
    EXPECT(give(pair.client, datagram) == State::kConnected);
    EXPECT(give(pair.server, datagram) == State::kConnected);
  }
  EXPECT(pair.server.exported("EXTRACTOR-dtls_srtp", 88) == material);
}

}  // namespace

int main() {
  EXPECT(openssl.missingForDtls.empty());
  if (failures > 0) return verdict();
  const DtlsIdentity identity(kProfiles);
  EXPECT(identity.defect().empty());
  bothEndsExportTheSame(identity);
  aFlightThatGetsNoAnswerIsDueInASecond(identity);
  settingsThatOpenSslDoesNotKnowAreADefect();
  aFatalAlertEndsTheHandshake(identity);
  noDatagramHarms(identity);
  strangersChangeNothing(identity);
  return verdict();
}
