#include "ui/views/empty_state.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kTextWidth = 420;
constexpr int kIconSize = 40;

QLabel* centred(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setAlignment(Qt::AlignCenter);
  label->setTextFormat(Qt::PlainText);
  return label;
}

}  // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      icon_(centred(this)),
      title_(centred(this)),
      text_(centred(this)),
      playground_(new QPushButton(icon(QStringLiteral("playground")), tr("Start a playground"), this)),
      connect_(new QPushButton(icon(QStringLiteral("connect")), tr("Connect…"), this)),
      clearFilter_(new QPushButton(icon(QStringLiteral("close")), tr("Clear the filter"), this)),
      retry_(new QPushButton(icon(QStringLiteral("refresh")), tr("Try again"), this)) {
  title_->setFont(scaled(1.25));
  text_->setWordWrap(true);
  text_->setFixedWidth(kTextWidth);
  setRole(text_, LabelRole::Muted);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch();
  for (QPushButton* button : {playground_, connect_, clearFilter_, retry_}) buttons->addWidget(button);
  buttons->addStretch();
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(10);
  layout->addStretch(2);
  layout->addWidget(icon_);
  layout->addWidget(title_);
  layout->addWidget(text_, 0, Qt::AlignHCenter);
  layout->addSpacing(6);
  layout->addLayout(buttons);
  layout->addStretch(3);
  connect(playground_, &QPushButton::clicked, this, &EmptyState::playgroundRequested);
  connect(connect_, &QPushButton::clicked, this, &EmptyState::connectRequested);
  connect(clearFilter_, &QPushButton::clicked, this, &EmptyState::clearFilterRequested);
  connect(retry_, &QPushButton::clicked, this, &EmptyState::retryRequested);
}

void EmptyState::show(const QString& iconName, const QString& title, const QString& text, Offer offer) {
  icon_->setPixmap(icon(iconName).pixmap(QSize(kIconSize, kIconSize), devicePixelRatioF(), QIcon::Disabled));
  title_->setText(title);
  text_->setText(text);
  text_->setFixedHeight(text_->heightForWidth(kTextWidth));  // centred in a layout, it would get two lines
  playground_->setVisible(offer == Offer::Connect);
  connect_->setVisible(offer == Offer::Connect);
  clearFilter_->setVisible(offer == Offer::ClearFilter);
  retry_->setVisible(offer == Offer::Retry);
}

}  // namespace leasescope::ui
