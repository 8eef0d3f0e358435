/*
 * Receives RTP on many UDP ports and judges its pacing by the kernel's arrival times (SO_TIMESTAMPNS), so that the
 * figures do not depend on when this process ran.
 *
 *   rtp-sink --address A --first-port P --ports N [--step 2] [--seconds S] [--ptime-ms 20] [--within-ms 5] [--echo]
 *
 * Prints `ready` on standard error when all ports are bound, and one JSON object on standard output after S seconds
 * or on SIGINT or SIGTERM. A stream is one source address, SSRC and local port. Its schedule is: arrival of the first
 * packet plus k packet times, k being how far the (extended) sequence number is from the first one's; the deviation
 * of a packet is its distance from there. A gap is the time between two packets in sequence.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, PACKET = 2048, CONTROL = 256, BUCKETS = 4000, BUCKET_NS = 50000, TABLE = 1 << 17 };

struct stream {
  int used;
  uint32_t address, ssrc;
  uint16_t source_port, port, first_sequence, last_sequence;
  uint32_t cycles;
  uint8_t payload_type;
  int64_t first_ns, last_ns, highest, seen_until;
  uint64_t seen[16]; /* a window of 1024 sequence numbers, to tell duplicates from reordering */
  uint64_t packets, bytes, duplicates, reordered, within;
  double deviation_sum, deviation_max, gap_max;
  uint32_t buckets[BUCKETS];
};

static struct stream **table;
static uint32_t all_buckets[BUCKETS], gap_buckets[BUCKETS];
static double gap_deviation_sum;
static uint64_t all_packets, all_within, gaps, malformed, rtcp_packets, kernel_drops;
static double ptime_ns = 20e6, within_ns = 5e6;
static int echo;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static struct stream *find(uint32_t address, uint16_t source_port, uint32_t ssrc, uint16_t port) {
  uint64_t key = ((uint64_t)address << 32 | ssrc) ^ ((uint64_t)source_port << 16 | port) * 0x9e3779b97f4a7c15ull;
  key ^= key >> 29;
  for (size_t probe = 0; probe < TABLE; probe++) {
    struct stream **slot = &table[(key + probe) & (TABLE - 1)];
    if (*slot == NULL) {
      struct stream *made = calloc(1, sizeof *made);
      if (made == NULL) die("calloc");
      made->address = address;
      made->source_port = source_port;
      made->ssrc = ssrc;
      made->port = port;
      *slot = made;
      return made;
    }
    struct stream *s = *slot;
    if (s->address == address && s->source_port == source_port && s->ssrc == ssrc && s->port == port) return s;
  }
  fprintf(stderr, "too many streams\n");
  exit(1);
}

/* Whether the packet number was seen before; remembers it. Numbers left of the window count as reordered. */
static int seen_before(struct stream *s, int64_t k) {
  const int64_t window = 1024;
  if (k >= s->seen_until) {
    int64_t from = k - s->seen_until >= window ? k - window + 1 : s->seen_until;
    for (int64_t i = from; i <= k; i++) s->seen[(i & 1023) >> 6] &= ~(1ull << (i & 63));
    s->seen_until = k + 1;
  } else if (k < s->seen_until - window) {
    return 0;
  }
  uint64_t *word = &s->seen[(k & 1023) >> 6], bit = 1ull << (k & 63);
  int before = (*word & bit) != 0;
  *word |= bit;
  return before;
}

static void count(struct stream *s, uint16_t sequence, int64_t now_ns, size_t length) {
  if (!s->used) {
    s->used = 1;
    s->first_sequence = s->last_sequence = sequence;
    s->first_ns = s->last_ns = now_ns;
  }
  /* Signed distance from the highest number, so that wrap-around and reordering both come out right. */
  int64_t k = s->highest + (int16_t)(sequence - (uint16_t)(s->first_sequence + s->highest));
  if (k >= 0 && seen_before(s, k)) {
    s->duplicates++;
    return;
  }
  int in_sequence = k == s->highest + 1;
  if (k < s->highest) s->reordered++;
  else s->highest = k;
  double deviation = fabs((double)(now_ns - s->first_ns) - (double)k * ptime_ns);
  double gap = (double)(now_ns - s->last_ns);
  s->last_ns = now_ns;
  s->packets++;
  s->bytes += length;
  s->deviation_sum += deviation;
  if (deviation > s->deviation_max) s->deviation_max = deviation;
  if (gap > s->gap_max) s->gap_max = gap;
  if (in_sequence) {
    gaps++;
    gap_deviation_sum += fabs(gap - ptime_ns);
    size_t place = (size_t)(gap / BUCKET_NS);
    gap_buckets[place < BUCKETS ? place : BUCKETS - 1]++;
  }
  size_t bucket = (size_t)(deviation / BUCKET_NS);
  if (bucket >= BUCKETS) bucket = BUCKETS - 1;
  s->buckets[bucket]++;
  all_buckets[bucket]++;
  all_packets++;
  if (deviation <= within_ns) {
    s->within++;
    all_within++;
  }
}

static void packet(const uint8_t *bytes, size_t length, const struct sockaddr_in *from, uint16_t port, int64_t now_ns) {
  if (length < 12 || bytes[0] >> 6 != 2) {
    malformed++;
    return;
  }
  if (bytes[1] >= 192 && bytes[1] <= 223) { /* RFC 5761 4: RTCP packet types */
    rtcp_packets++;
    return;
  }
  uint32_t ssrc = (uint32_t)bytes[8] << 24 | bytes[9] << 16 | bytes[10] << 8 | bytes[11];
  struct stream *s = find(ntohl(from->sin_addr.s_addr), ntohs(from->sin_port), ssrc, port);
  s->payload_type = bytes[1] & 127;
  count(s, (uint16_t)(bytes[2] << 8 | bytes[3]), now_ns, length);
}

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in sources[BATCH];
static uint8_t packets[BATCH][PACKET];
static uint8_t controls[BATCH][CONTROL];

static int64_t arrival(struct msghdr *header, uint32_t *drops) {
  int64_t now_ns = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level != SOL_SOCKET) continue;
    if (c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      now_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    } else if (c->cmsg_type == SO_RXQ_OVFL) {
      memcpy(drops, CMSG_DATA(c), sizeof *drops);
    }
  }
  return now_ns;
}

static void receive(int socket, uint16_t port, uint32_t *drops) {
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      vectors[i] = (struct iovec){packets[i], PACKET};
      messages[i].msg_hdr = (struct msghdr){&sources[i], sizeof sources[i], &vectors[i], 1, controls[i], CONTROL, 0};
    }
    int n = recvmmsg(socket, messages, BATCH, MSG_DONTWAIT, NULL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED)) return;
    if (n < 0) die("recvmmsg");
    for (int i = 0; i < n; i++) {
      int64_t now_ns = arrival(&messages[i].msg_hdr, drops);
      packet(packets[i], messages[i].msg_len, &sources[i], port, now_ns);
      if (echo) {
        messages[i].msg_hdr.msg_control = NULL;
        messages[i].msg_hdr.msg_controllen = 0;
        vectors[i].iov_len = messages[i].msg_len;
      }
    }
    /* A full send buffer loses echoes, as a network would; the sender's own loss figures show it. */
    if (echo) sendmmsg(socket, messages, (unsigned)n, MSG_DONTWAIT);
    if (n < BATCH) return;
  }
}

/* Upper edge, in ms, of the bucket that holds the share of the packets. */
static double percentile(const uint32_t *buckets, uint64_t total, double share) {
  uint64_t wanted = (uint64_t)ceil((double)total * share), sum = 0;
  for (int i = 0; i < BUCKETS; i++) {
    sum += buckets[i];
    if (sum >= wanted) return (i + 1) * BUCKET_NS / 1e6;
  }
  return BUCKETS * BUCKET_NS / 1e6;
}

static void report(void) {
  uint64_t expected = 0, lost = 0;
  double sum = 0, max = 0;
  int first = 1;
  printf("{\"streams\":[");
  for (size_t i = 0; i < TABLE; i++) {
    struct stream *s = table[i];
    if (s == NULL) continue;
    uint64_t wanted = (uint64_t)s->highest + 1, missing = wanted > s->packets ? wanted - s->packets : 0;
    struct in_addr address = {htonl(s->address)};
    double seconds = (double)(s->last_ns - s->first_ns);
    printf("%s{\"source\":\"%s:%u\",\"port\":%u,\"ssrc\":%u,\"payloadType\":%u,\"packets\":%llu,\"expected\":%llu,"
           "\"lost\":%llu,\"duplicates\":%llu,\"reordered\":%llu,\"bytes\":%llu,\"gapMeanMs\":%.4f,\"gapMaxMs\":%.3f,"
           "\"deviationMeanMs\":%.4f,\"deviationP99Ms\":%.3f,\"deviationMaxMs\":%.3f,\"within\":%.6f,"
           "\"firstMs\":%.3f}",
           first ? "" : ",", inet_ntoa(address), s->source_port, s->port, s->ssrc, s->payload_type,
           (unsigned long long)s->packets, (unsigned long long)wanted, (unsigned long long)missing,
           (unsigned long long)s->duplicates, (unsigned long long)s->reordered, (unsigned long long)s->bytes,
           s->packets > 1 ? seconds / 1e6 / (double)(s->packets - 1) : 0, s->gap_max / 1e6,
           s->deviation_sum / (double)s->packets / 1e6, percentile(s->buckets, s->packets, 0.99),
           s->deviation_max / 1e6, (double)s->within / (double)s->packets, (double)s->first_ns / 1e6);
    first = 0;
    expected += wanted;
    lost += missing;
    sum += s->deviation_sum;
    if (s->deviation_max > max) max = s->deviation_max;
  }
  double total = all_packets > 0 ? (double)all_packets : 1;
  printf("],\"packets\":%llu,\"expected\":%llu,\"lost\":%llu,\"deviationMeanMs\":%.4f,\"deviationP50Ms\":%.3f,"
         "\"deviationP99Ms\":%.3f,\"deviationMaxMs\":%.3f,\"within\":%.6f,\"gapDeviationMeanMs\":%.4f,\"gapP99Ms\":%.3f,"
         "\"rtcp\":%llu,\"malformed\":%llu,\"kernelDrops\":%llu}\n",
         (unsigned long long)all_packets, (unsigned long long)expected, (unsigned long long)lost, sum / total / 1e6,
         percentile(all_buckets, all_packets, 0.5), percentile(all_buckets, all_packets, 0.99), max / 1e6,
         (double)all_within / total, gaps > 0 ? gap_deviation_sum / (double)gaps / 1e6 : 0,
         percentile(gap_buckets, gaps, 0.99), (unsigned long long)rtcp_packets, (unsigned long long)malformed,
         (unsigned long long)kernel_drops);
  fflush(stdout);
}

static int bind_port(const char *address, int port) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, size = 1 << 22;
  if (fd < 0) die("socket");
  /* FORCE passes net.core.rmem_max where the privilege allows it; the plain option is the fallback. */
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) die("SO_TIMESTAMPNS");
  if (setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) < 0) die("SO_RXQ_OVFL");
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, address, &local.sin_addr) != 1) die(address);
  if (bind(fd, (struct sockaddr *)&local, sizeof local) < 0) die("bind");
  return fd;
}

int main(int argc, char **argv) {
  const char *address = "127.0.0.1";
  int first_port = 0, ports = 1, step = 2, option;
  double seconds = 0;
  static const struct option options[] = {{"address", 1, 0, 'a'},  {"first-port", 1, 0, 'p'}, {"ports", 1, 0, 'n'},
                                          {"step", 1, 0, 's'},     {"seconds", 1, 0, 't'},    {"ptime-ms", 1, 0, 'm'},
                                          {"within-ms", 1, 0, 'w'}, {"echo", 0, 0, 'e'},       {0, 0, 0, 0}};
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    switch (option) {
      case 'a': address = optarg; break;
      case 'p': first_port = atoi(optarg); break;
      case 'n': ports = atoi(optarg); break;
      case 's': step = atoi(optarg); break;
      case 't': seconds = atof(optarg); break;
      case 'm': ptime_ns = atof(optarg) * 1e6; break;
      case 'w': within_ns = atof(optarg) * 1e6; break;
      case 'e': echo = 1; break;
      default: return 2;
    }
  }
  if (first_port <= 0 || ports <= 0 || step <= 0 || first_port + (ports - 1) * step > 65535) {
    fprintf(stderr, "--first-port, --ports and --step do not name UDP ports\n");
    return 2;
  }
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  table = calloc(TABLE, sizeof *table);
  int *sockets = calloc((size_t)ports, sizeof *sockets), poll = epoll_create1(EPOLL_CLOEXEC);
  uint32_t *drops = calloc((size_t)ports, sizeof *drops);
  if (table == NULL || sockets == NULL || drops == NULL || poll < 0) die("start");
  for (int i = 0; i < ports; i++) {
    sockets[i] = bind_port(address, first_port + i * step);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, sockets[i], &event) < 0) die("epoll_ctl");
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int ends[2] = {signalfd(-1, &signals, SFD_CLOEXEC), timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
  struct itimerspec length = {.it_value = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)}};
  if (ends[0] < 0 || ends[1] < 0 || timerfd_settime(ends[1], 0, &length, NULL) < 0) die("timer");
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, ends[i], &event) < 0) die("epoll_ctl");
  }
  fprintf(stderr, "ready\n");
  struct epoll_event events[256];
  for (int ended = 0; !ended;) {
    int n = epoll_wait(poll, events, 256, -1);
    if (n < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < n; i++) {
      uint32_t index = events[i].data.u32;
      if (index == UINT32_MAX) ended = 1;
      else receive(sockets[index], (uint16_t)(first_port + (int)index * step), &drops[index]);
    }
  }
  for (int i = 0; i < ports; i++) kernel_drops += drops[i];
  report();
  return 0;
}
