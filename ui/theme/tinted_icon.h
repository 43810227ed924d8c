#pragma once

#include <QIconEngine>
#include <QString>

namespace leasescope::ui {

/// Draws one of the stroke icons in the colour that the palette has at that moment, so that a change of the
/// theme needs no new icons.
class TintedIcon : public QIconEngine {
 public:
  explicit TintedIcon(QString name) : name_(std::move(name)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
  QIconEngine* clone() const override { return new TintedIcon(name_); }

 private:
  QString name_;
};

}  // namespace leasescope::ui
