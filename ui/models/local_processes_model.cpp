#include "ui/models/local_processes_model.h"

#include <tuple>

#include <QByteArray>

namespace leasescope::ui {
namespace {

auto shownFields(const LocalProcess& process) {
  return std::tie(process.command, process.commandLine, process.user, process.threads, process.residentKb,
                  process.connections);
}

QVariant rawValue(const LocalProcess& process, int column) {
  switch (column) {
    case LocalProcessesModel::CommandColumn:
      return QByteArray::fromStdString(process.command);
    case LocalProcessesModel::PidColumn:
      return QVariant::fromValue<qint64>(process.pid);
    case LocalProcessesModel::UserColumn:
      return QByteArray::fromStdString(process.user);
    case LocalProcessesModel::ThreadsColumn:
      return process.threads;
    case LocalProcessesModel::MemoryColumn:
      return QVariant::fromValue<qint64>(process.residentKb);
    case LocalProcessesModel::ConnectionsColumn:
      return process.connections;
    default:
      return {};
  }
}

}  // namespace

int LocalProcessesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant LocalProcessesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != RawRole) return {};
  return rawValue(row(index.row()), index.column());
}

bool LocalProcessesModel::looksSame(const LocalProcess& a, const LocalProcess& b) const {
  return shownFields(a) == shownFields(b);
}

}  // namespace leasescope::ui
