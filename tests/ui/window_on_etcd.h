#pragma once

#include <memory>
#include <string>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QTemporaryDir>
#include <QtTest>

#include "core/etcd/session.h"
#include "core/playground/playground.h"
#include "ui/bridge/cluster_link.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"
#include "ui/views/findings_page.h"
#include "ui/views/leases_page.h"
#include "ui/views/locks_page.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {

/// The first widget of this kind that is open; null when there is none.
template <class Widget>
Widget* openWidget() {
  for (QWidget* widget : QApplication::topLevelWidgets()) {
    if (auto* found = qobject_cast<Widget*>(widget); found != nullptr && found->isVisible()) return found;
  }
  return nullptr;
}

/// The real window on a real etcd of its own, on the page of locks.
class WindowOnEtcd {
 public:
  /// Settings, audit file and theme for all windows of a test program.
  static void prepare(const QTemporaryDir& folder) {
    qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
    qputenv("LEASESCOPE_AUDIT", folder.filePath("audit.jsonl").toUtf8());
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), Scheme::Light);
  }

  WindowOnEtcd() : server_(*Playground::start()) {
    client_ = *etcd::Client::create({.endpoints = {server_->endpoint()}});
    keepAlive_ = std::make_shared<etcd::KeepAlive>(client_);
    window_ = std::make_unique<MainWindow>(&link_);
    for (TablePage* page :
         {static_cast<TablePage*>(window_->findingsPage()), static_cast<TablePage*>(window_->locksPage()),
          static_cast<TablePage*>(window_->leasesPage())}) {
      auto* tester = new QAbstractItemModelTester(
          page->table()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, page->table());
      tester->setUseFetchMore(false);  // it would fetch within a change, which views don't
    }
    window_->show();
    link_.connectTo({.endpoints = {server_->endpoint()}}, {});
    window_->showPage(MainWindow::Locks);
  }

  ~WindowOnEtcd() { window_.reset(); }
  WindowOnEtcd(const WindowOnEtcd&) = delete;
  WindowOnEtcd& operator=(const WindowOnEtcd&) = delete;

  MainWindow& window() { return *window_; }
  ClusterLink& link() { return link_; }
  Playground& server() { return *server_; }
  etcd::Client& client() { return *client_; }
  QString state() const { return window_->findChild<QLabel*>("state")->text(); }

  TableView& locksTable() { return *window_->locksPage()->table(); }
  QAbstractItemModel& locks() { return *locksTable().model(); }
  QString cell(int row, int column) { return locks().index(row, column).data().toString(); }

  std::unique_ptr<etcd::Session> open() const {
    return *etcd::Session::open(client_, keepAlive_, absl::Seconds(10));
  }
  /// Writes the key of a contender.
  void queueUp(const std::string& lock, const etcd::Session& session) {
    const std::string key = lock + "/" + etcd::leaseHex(session.lease());
    QVERIFY(client_->put({.key = key, .lease = session.lease()}).ok());
  }
  static QString hex(const etcd::Session& session) {
    return QString::fromStdString(etcd::leaseHex(session.lease()));
  }

 private:
  std::unique_ptr<Playground> server_;
  std::shared_ptr<etcd::Client> client_;
  std::shared_ptr<etcd::KeepAlive> keepAlive_;
  ClusterLink link_;
  std::unique_ptr<MainWindow> window_;
};

}  // namespace leasescope::ui
