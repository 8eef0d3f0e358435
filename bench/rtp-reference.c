/*
 * What it costs to send and receive RTP at all, for comparison: a thread that sends on a socket for each stream every
 * 20 ms, spread over 20 phases, and one that takes what arrives in rounds of 2 ms and keeps sequence and jitter.
 *
 *   rtp-reference --streams N --warm-up S --seconds S [--first-port P]
 *
 * Streams send to each other, or to P, P + 2 and so on where it is given. Prints one JSON object: packets sent and
 * received meanwhile, and the CPU of the process in seconds.
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

static void send_one(struct stream *s, uint32_t ssrc, const uint8_t *payload) {
  uint8_t packet[HEADER + PAYLOAD];
  packet[0] = 0x80;
  packet[1] = 0;
  packet[2] = (uint8_t)(s->sequence >> 8);
  packet[3] = (uint8_t)s->sequence;
  write32(packet + 4, s->timestamp);
  write32(packet + 8, ssrc);
  memcpy(packet + HEADER, payload, PAYLOAD);
  s->sequence++;
  s->timestamp += PAYLOAD;
  if (sendto(s->fd, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&s->to, sizeof s->to) > 0) sent++;
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
    for (int i = (int)(tick % PTIME_MS); i < count; i += PTIME_MS) send_one(&streams[i], (uint32_t)i, payload);
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
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, size = 262144;
    if (fd < 0) die("socket");
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(fd, (struct sockaddr *)&local, sizeof local) < 0) die("bind");
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
      {"streams", 1, 0, 'n'}, {"warm-up", 1, 0, 'w'}, {"seconds", 1, 0, 's'}, {"first-port", 1, 0, 'p'}, {0, 0, 0, 0}};
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    switch (option) {
      case 'n': count = atoi(optarg) & ~1; break;
      case 'w': warm_up = atof(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'p': first_port = atoi(optarg); break;
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
  pthread_t sender, receiver;
  if (pthread_create(&receiver, NULL, receive_all, &poll) != 0) die("pthread_create");
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
