#include "ui/views/demo_code.h"

#include <array>

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>

#include "ui/theme/theme.h"
#include "ui/views/elided_label.h"

namespace leasescope::ui {
namespace {

struct Line {
  const char* name;  // of the switch, for tests
  bool DemoMistakes::*mistake;
  QString wrong;  // said of the mistake, and of its fix
  QString right;
  QString wrongCode;
  QString rightCode;
  QString effect;
};

std::array<Line, 3> lines() {
  return {Line{.name = "sessionNotClosed",
               .mistake = &DemoMistakes::sessionNotClosed,
               .wrong = DemoCode::tr("Session not closed"),
               .right = DemoCode::tr("Session closed"),
               .wrongCode = QStringLiteral("NewSession(client)  // no Close"),
               .rightCode = QStringLiteral("NewSession(client); defer Close()"),
               .effect = DemoCode::tr("Each request leaves its lease, renewed for ever, and the keep-alive "
                                      "thread that drains the answers.")},
          Line{.name = "lockNotReleased",
               .mistake = &DemoMistakes::lockNotReleased,
               .wrong = DemoCode::tr("Lock not released"),
               .right = DemoCode::tr("Lock released"),
               .wrongCode = QStringLiteral("Lock(ctx)  // no Unlock"),
               .rightCode = QStringLiteral("Lock(ctx); defer Unlock()"),
               .effect = DemoCode::tr("The lock's key stays for as long as its lease. Alone it does no harm: "
                                      "closing the session revokes the lease, and etcd removes the key with "
                                      "it. With sessions that are not closed everybody else waits.")},
          Line{.name = "contextNotCancelled",
               .mistake = &DemoMistakes::contextNotCancelled,
               .wrong = DemoCode::tr("Context not cancelled"),
               .right = DemoCode::tr("Context cancelled"),
               .wrongCode = QStringLiteral("WithTimeout(5 s)  // no cancel"),
               .rightCode = QStringLiteral("WithTimeout(5 s); defer cancel()"),
               .effect = DemoCode::tr("The timer of each request keeps its thread until its 5 s are over, "
                                      "however soon the request was done. It does end by itself: the number "
                                      "of these threads levels off.")}};
}

}  // namespace

DemoCode::DemoCode(DemoProgram program, QWidget* parent)
    : QWidget(parent), mistakes_(program == DemoProgram::Leaky ? DemoMistakes::all() : DemoMistakes::none()) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(3);
  grid->setColumnStretch(1, 1);
  const auto all = lines();
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    QWidget* words =
        program == DemoProgram::Leaky ? static_cast<QWidget*>(makeSwitch(i)) : new QLabel(all[i].right, this);
    grid->addWidget(words, i, 0);
    auto* code = new ElidedLabel(this);
    code->setFont(monospace());
    setRole(code, LabelRole::Muted);
    code_.push_back(code);
    grid->addWidget(code, i, 1);
    grid->setRowMinimumHeight(i, fontMetrics().height() + 4);  // the same on both sides
  }
  showCode();
}

QCheckBox* DemoCode::makeSwitch(int line) {
  const Line about = lines().at(line);
  auto* box = new QCheckBox(about.wrong, this);
  box->setObjectName(QString::fromLatin1(about.name));
  box->setChecked(mistakes_.*about.mistake);
  box->setToolTip(about.effect);
  connect(box, &QCheckBox::toggled, this, [this, mistake = about.mistake](bool made) {
    mistakes_.*mistake = made;
    showCode();
    emit mistakesChanged(mistakes_);
  });
  return box;
}

void DemoCode::showCode() {
  const auto all = lines();
  for (std::size_t i = 0; i < all.size(); ++i) {
    code_[i]->setWholeText(mistakes_.*all[i].mistake ? all[i].wrongCode : all[i].rightCode);
  }
}

}  // namespace leasescope::ui
