#include "ui/models/local_processes_model.h"

#include <tuple>

#include <QByteArray>

namespace leasescope::ui {
namespace {

auto shownFields(const LocalProcess& process) {
  return std::tie(process.command, process.commandLine, process.user, process.threads, process.residentKb,
                  process.connections);
}

}  // namespace

QVariant LocalProcessesModel::rawValue(const LocalProcess& process, int column) const {
  switch (column) {
    case CommandColumn:
      return QByteArray::fromStdString(process.command);
    case PidColumn:
      return QVariant::fromValue<qint64>(process.pid);
    case UserColumn:
      return QByteArray::fromStdString(process.user);
    case ThreadsColumn:
      return process.threads;
    case MemoryColumn:
      return QVariant::fromValue<qint64>(process.residentKb);
    case ConnectionsColumn:
      return process.connections;
    default:
      return {};
  }
}

bool LocalProcessesModel::looksSame(const LocalProcess& a, const LocalProcess& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
