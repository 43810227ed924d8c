#include "ui/models/local_processes_proxy.h"

#include <QCoreApplication>

#include "ui/models/command_line.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

using Model = LocalProcessesModel;

constexpr int kMostCommandLineChars = 600;

bool isNumber(int column) { return column != Model::CommandColumn && column != Model::UserColumn; }

Qt::Alignment alignment(int column) {
  return Qt::AlignVCenter | (isNumber(column) ? Qt::AlignRight : Qt::AlignLeft);
}

QString text(const LocalProcess& process, int column) {
  switch (column) {
    case Model::CommandColumn:
      return commandText(process);
    case Model::PidColumn:
      return QString::number(process.pid);
    case Model::UserColumn:
      return keyText(process.user);
    case Model::ThreadsColumn:
      return countText(process.threads);
    case Model::MemoryColumn:
      return bytesText(process.residentKb * 1024);
    case Model::ConnectionsColumn:
      return countText(process.connections);
    default:
      return {};
  }
}

}  // namespace

QString commandText(const LocalProcess& process) {
  const QString command = keyText(process.command);
  return process.pid == QCoreApplication::applicationPid()
             ? LocalProcessesProxy::tr("%1 (this window)").arg(command)
             : command;
}

QString commandLineText(const LocalProcess& process) {
  if (process.commandLine.empty()) return keyText(process.command);
  const QString shown = withoutPasswords(QString::fromStdString(process.commandLine));
  return keyText(shown.toStdString(), kMostCommandLineChars);
}

QString argumentsText(const LocalProcess& process) {
  const QString whole = withoutPasswords(QString::fromStdString(process.commandLine));
  const qsizetype space = whole.indexOf(u' ');
  if (space < 0) return LocalProcessesProxy::tr("none");
  return keyText(whole.sliced(space + 1).toStdString(), kMostCommandLineChars);
}

LocalProcessesProxy::LocalProcessesProxy(LocalProcessesModel* source, QObject* parent)
    : QSortFilterProxyModel(parent), source_(source) {
  setSortRole(Model::RawRole);
  setSourceModel(source);
}

const LocalProcess& LocalProcessesProxy::process(const QModelIndex& index) const {
  return source_->row(mapToSource(index).row());
}

QVariant LocalProcessesProxy::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const int column = index.column();
  switch (role) {
    case Qt::DisplayRole:
      return text(process(index), column);
    case Qt::ToolTipRole:
      return column == Model::CommandColumn
                 ? QStringLiteral("<qt>%1</qt>").arg(commandLineText(process(index)).toHtmlEscaped())
                 : text(process(index), column);
    case Qt::FontRole:
      return column == Model::CommandColumn || column == Model::PidColumn ? QVariant(monospace())
                                                                          : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(alignment(column));
    default:
      return QSortFilterProxyModel::data(index, role);
  }
}

QVariant LocalProcessesProxy::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignment(section));
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Model::CommandColumn:
      return tr("Command");
    case Model::PidColumn:
      return tr("PID");
    case Model::UserColumn:
      return tr("User");
    case Model::ThreadsColumn:
      return tr("Threads");
    case Model::MemoryColumn:
      return tr("Resident memory");
    case Model::ConnectionsColumn:
      return tr("Connections");
    default:
      return {};
  }
}

}  // namespace leasescope::ui
