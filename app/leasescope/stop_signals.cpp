#include "app/leasescope/stop_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include <QSocketNotifier>

namespace leasescope {
namespace {

sigset_t stopSignals() {
  sigset_t all;
  sigemptyset(&all);
  sigaddset(&all, SIGINT);
  sigaddset(&all, SIGTERM);
  return all;
}

}  // namespace

void blockStopSignals() {
  const sigset_t blocked = stopSignals();
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

void onStopSignal(QObject* parent, std::function<void()> stop) {
  const sigset_t wanted = stopSignals();
  const int file = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (file < 0) return;
  auto* notifier = new QSocketNotifier(file, QSocketNotifier::Read, parent);
  QObject::connect(notifier, &QSocketNotifier::activated, parent, [file, stop = std::move(stop)] {
    signalfd_siginfo info;
    while (read(file, &info, sizeof(info)) > 0) {
    }
    stop();
  });
  QObject::connect(notifier, &QObject::destroyed, [file] { close(file); });
}

}  // namespace leasescope
