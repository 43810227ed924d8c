#pragma once

#include <QDialog>

#include "core/etcd/connection_options.h"
#include "core/monitor/monitor.h"

class QCheckBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSettings;
class QSpinBox;

namespace leasescope::ui {

/// Asks for a cluster. Begins with what was entered last, except for the password, which is never stored;
/// can be accepted only when the input makes a connection, and says beside the form why not.
class ConnectDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ConnectDialog(QWidget* parent = nullptr);

  etcd::ConnectionOptions connection() const;
  MonitorOptions monitor() const;
  /// What is wrong with the input; empty when nothing is.
  QString problem() const;

  void accept() override;

 private:
  void addCluster(QFormLayout* form);
  void addTls(QFormLayout* form);
  void addLogin(QFormLayout* form);
  void addLimits(QFormLayout* form);
  QWidget* makeFileRow(QLineEdit* edit, const QString& title);
  void connectSignals();
  void restore(const QSettings& settings);
  void store(QSettings& settings) const;
  void validate();

  QLineEdit* endpoints_;
  QPlainTextEdit* prefixes_;
  QLineEdit* caFile_;
  QLineEdit* certFile_;
  QLineEdit* keyFile_;
  QCheckBox* skipVerify_;
  QLabel* skipWarning_;
  QLineEdit* user_;
  QLineEdit* password_;
  QDoubleSpinBox* dialTimeout_;
  QDoubleSpinBox* commandTimeout_;
  QSpinBox* budget_;
  QLabel* problem_;
  QDialogButtonBox* buttons_;
};

}  // namespace leasescope::ui
