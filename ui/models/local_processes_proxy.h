#pragma once

#include <QSortFilterProxyModel>

#include "ui/models/local_processes_model.h"

namespace leasescope::ui {

/// "leasescope (this window)" for this program itself; what is odd in a command is escaped.
QString commandText(const LocalProcess& process);
/// Its arguments without what looks like a password, escaped; the command where there are none.
QString commandLineText(const LocalProcess& process);
/// The same without the program's path: what tells programs of one name apart.
QString argumentsText(const LocalProcess& process);

/// The words and colours of the local processes, sorted by raw values.
class LocalProcessesProxy : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit LocalProcessesProxy(LocalProcessesModel* source, QObject* parent = nullptr);

  const LocalProcess& process(const QModelIndex& index) const;

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  LocalProcessesModel* source_;
};

}  // namespace leasescope::ui
