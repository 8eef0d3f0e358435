/*
 * What it costs to send and receive RTP at all, for comparison: a thread that sends on a socket for each stream every
 * 20 ms, spread over 20 phases, and one that takes what arrives in rounds of 2 ms and keeps sequence and jitter.
 *
 *   rtp-reference --streams N --warm-up S --seconds S [--first-port P] [--shared]
 *
 * Streams send to each other, or to P, P + 2 and so on where it is given. With --shared all of them have one socket, which
 * sends what is due together in one call, and what arrives is told apart by address and SSRC. Prints one JSON object:
 * packets sent and received meanwhile, and the CPU of the process in seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PTIME_MS = 20, PAYLOAD = 160, HEADER = 12, BATCH = 8, CONTROL = 64, PACKET = 2048, ROUND_NS = 2000000 };
enum { SHARED_BATCH = 64, TABLE = 1 << 15, SHARED_BUFFER = 32 << 20 };

struct stream {
  int fd;
  struct sockaddr_in to;
  uint16_t sequence, highest;
  uint32_t timestamp;
  uint64_t received, lost;
  double transit, jitter;
};

static struct stream *streams;
static int count = 1000;
static int shared;
static atomic_ullong sent, received;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_until(int64_t ns) {
  struct timespec t = {ns / 1000000000, ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0) {
  }
}

static void write32(uint8_t *into, uint32_t value) {
  for (int i = 0; i < 4; i++) into[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void write_packet(struct stream *s, uint32_t ssrc, const uint8_t *payload, uint8_t *packet) {
  packet[0] = 0x80;
  packet[1] = 0;
  packet[2] = (uint8_t)(s->sequence >> 8);
  packet[3] = (uint8_t)s->sequence;
  write32(packet + 4, s->timestamp);
  write32(packet + 8, ssrc);
  memcpy(packet + HEADER, payload, PAYLOAD);
  s->sequence++;
  s->timestamp += PAYLOAD;
}

static void send_one(struct stream *s, uint32_t ssrc, const uint8_t *payload) {
  uint8_t packet[HEADER + PAYLOAD];
  write_packet(s, ssrc, payload, packet);
  if (sendto(s->fd, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&s->to, sizeof s->to) > 0) sent++;
}

/* What is due in a tick, in as few calls as it takes. */
static void send_together(int first, const uint8_t *payload) {
  static struct mmsghdr messages[SHARED_BATCH];
  static struct iovec vectors[SHARED_BATCH];
  static uint8_t batch[SHARED_BATCH][HEADER + PAYLOAD];
  int n = 0;
  for (int i = first; i < count; i += PTIME_MS) {
    write_packet(&streams[i], (uint32_t)i, payload, batch[n]);
    vectors[n] = (struct iovec){batch[n], sizeof batch[n]};
    messages[n].msg_hdr = (struct msghdr){.msg_name = &streams[i].to, .msg_namelen = sizeof streams[i].to,
                                          .msg_iov = &vectors[n], .msg_iovlen = 1};
    if (++n < SHARED_BATCH && i + PTIME_MS < count) continue;
    int taken = sendmmsg(streams[0].fd, messages, (unsigned)n, MSG_DONTWAIT);
    if (taken > 0) sent += (unsigned)taken;
    n = 0;
  }
}

static void *send_all(void *none) {
  (void)none;
  prctl(PR_SET_TIMERSLACK, 1);
  setpriority(PRIO_PROCESS, 0, -10);
  uint8_t payload[PAYLOAD];
  memset(payload, 0xd5, sizeof payload);
  int64_t start = clock_ns(CLOCK_MONOTONIC);
  for (int64_t tick = 1;; tick++) {
    sleep_until(start + tick * 1000000);
    int first = (int)(tick % PTIME_MS);
    if (shared) send_together(first, payload);
    else for (int i = first; i < count; i += PTIME_MS) send_one(&streams[i], (uint32_t)i, payload);
  }
  return NULL;
}

static double arrival_ms(struct msghdr *header) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec t;
    memcpy(&t, CMSG_DATA(c), sizeof t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
  }
  return 0;
}

static void take(struct stream *s, const uint8_t *packet, size_t length, double at_ms) {
  if (length < HEADER || packet[0] >> 6 != 2) return;
  uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
  uint32_t timestamp = (uint32_t)packet[4] << 24 | packet[5] << 16 | packet[6] << 8 | packet[7];
  if (s->received++ > 0) s->lost += (uint16_t)(sequence - s->highest - 1);
  s->highest = sequence;
  double transit = at_ms - timestamp / 8.0;
  if (s->received > 1) s->jitter += (fabs(transit - s->transit) - s->jitter) / 16;
  s->transit = transit;
  received++;
}

/* Streams by where their packets come from and by SSRC, for those that share a socket. */
static struct { struct sockaddr_in from; uint32_t ssrc; struct stream *stream; } table[TABLE];

static size_t place_of(const struct sockaddr_in *from, uint32_t ssrc) {
  uint64_t hash = ((uint64_t)from->sin_addr.s_addr << 16 | from->sin_port) * 0x9e3779b97f4a7c15ull ^ ssrc;
  hash *= 0x9e3779b97f4a7c15ull;
  for (size_t place = hash >> 49;; place = (place + 1) % TABLE) {
    if (table[place].stream == NULL) return place;
    if (table[place].ssrc == ssrc && table[place].from.sin_port == from->sin_port &&
        table[place].from.sin_addr.s_addr == from->sin_addr.s_addr) return place;
  }
}

static void know_all(void) {
  for (int i = 0; i < count; i++) {
    size_t place = place_of(&streams[i].to, (uint32_t)(i ^ 1));
    table[place].from = streams[i].to;
    table[place].ssrc = (uint32_t)(i ^ 1);
    table[place].stream = &streams[i];
  }
}

static void *receive_shared(void *poll) {
  static struct mmsghdr messages[SHARED_BATCH];
  static struct iovec vectors[SHARED_BATCH];
  static uint8_t packets[SHARED_BATCH][PACKET], controls[SHARED_BATCH][CONTROL];
  static struct sockaddr_in sources[SHARED_BATCH];
  struct epoll_event event;
  for (;;) {
    epoll_wait(*(int *)poll, &event, 1, -1);
    int64_t next = clock_ns(CLOCK_MONOTONIC) + ROUND_NS;
    int n = SHARED_BATCH;
    while (n == SHARED_BATCH) {
      for (int i = 0; i < SHARED_BATCH; i++) {
        vectors[i] = (struct iovec){packets[i], PACKET};
        messages[i].msg_hdr = (struct msghdr){&sources[i], sizeof sources[i], &vectors[i], 1, controls[i], CONTROL, 0};
      }
      n = recvmmsg(streams[0].fd, messages, SHARED_BATCH, MSG_DONTWAIT, NULL);
      for (int i = 0; i < n; i++) {
        if (messages[i].msg_len < HEADER) continue;
        const uint8_t *p = packets[i];
        uint32_t ssrc = (uint32_t)p[8] << 24 | p[9] << 16 | p[10] << 8 | p[11];
        struct stream *s = table[place_of(&sources[i], ssrc)].stream;
        if (s != NULL) take(s, p, messages[i].msg_len, arrival_ms(&messages[i].msg_hdr));
      }
    }
    sleep_until(next);
  }
  return NULL;
}

static void *receive_all(void *poll) {
  static struct mmsghdr messages[BATCH];
  static struct iovec vectors[BATCH];
  static uint8_t packets[BATCH][PACKET], controls[BATCH][CONTROL];
  static struct sockaddr_in sources[BATCH];
  struct epoll_event events[512];
  for (;;) {
    int ready = epoll_wait(*(int *)poll, events, 512, -1);
    int64_t next = clock_ns(CLOCK_MONOTONIC) + ROUND_NS;
    for (int e = 0; e < ready; e++) {
      struct stream *s = &streams[events[e].data.u32];
      for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){packets[i], PACKET};
        messages[i].msg_hdr = (struct msghdr){&sources[i], sizeof sources[i], &vectors[i], 1, controls[i], CONTROL, 0};
      }
      int n = recvmmsg(s->fd, messages, BATCH, MSG_DONTWAIT, NULL);
      for (int i = 0; i < n; i++) take(s, packets[i], messages[i].msg_len, arrival_ms(&messages[i].msg_hdr));
    }
    if (ready < 512) sleep_until(next);
  }
  return NULL;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void open_all(int poll, int first_port) {
  for (int i = 0; i < count; i++) {
    if (shared && i > 0) {
      streams[i].fd = streams[0].fd;
      continue;
    }
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, size = shared ? SHARED_BUFFER : 262144;
    if (fd < 0) die("socket");
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(fd, (struct sockaddr *)&local, sizeof local) < 0) die("bind");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
    streams[i].fd = fd;
  }
  for (int i = 0; i < count; i++) {
    socklen_t length = sizeof streams[i].to;
    if (first_port > 0) {
      uint16_t port = htons((uint16_t)(first_port + 2 * i));
      streams[i].to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    } else if (getsockname(streams[i ^ 1].fd, (struct sockaddr *)&streams[i].to, &length) < 0) die("getsockname");
  }
}

int main(int argc, char **argv) {
  int first_port = 0, option;
  double warm_up = 2, seconds = 5;
  static const struct option options[] = {
      {"streams", 1, 0, 'n'}, {"warm-up", 1, 0, 'w'}, {"seconds", 1, 0, 's'}, {"first-port", 1, 0, 'p'},
      {"shared", 0, 0, 'h'}, {0, 0, 0, 0}};
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    switch (option) {
      case 'n': count = atoi(optarg) & ~1; break;
      case 'w': warm_up = atof(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'p': first_port = atoi(optarg); break;
      case 'h': shared = 1; break;
      default: return 2;
    }
  }
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  int poll = epoll_create1(EPOLL_CLOEXEC);
  streams = calloc((size_t)count, sizeof *streams);
  if (streams == NULL || poll < 0) die("start");
  open_all(poll, first_port);
  if (shared) know_all();
  pthread_t sender, receiver;
  if (pthread_create(&receiver, NULL, shared ? receive_shared : receive_all, &poll) != 0) die("pthread_create");
  if (pthread_create(&sender, NULL, send_all, NULL) != 0) die("pthread_create");
  usleep((useconds_t)(warm_up * 1e6));
  unsigned long long sent_before = sent, received_before = received;
  double cpu_before = cpu_seconds();
  usleep((useconds_t)(seconds * 1e6));
  double cpu = cpu_seconds() - cpu_before;
  printf("{\"sent\":%llu,\"received\":%llu,\"cpuSeconds\":%.6f}\n", sent - sent_before, received - received_before, cpu);
  fflush(stdout);
  _exit(0);
}
