#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringView>

namespace leasescope::ui {

/// What can be compared with a number; durations are in seconds.
enum class FilterField { Waiters, Held, Ttl, Keys, Renewals, Granted };

/// A row as the filter sees it.
class FilterSubject {
 public:
  virtual ~FilterSubject() = default;
  /// A name or an id of the row contains this; `lower` is in lower case.
  virtual bool mentions(const std::string& lower) const = 0;
  /// nullopt: the row has no such value or it isn't known, which no comparison matches.
  virtual std::optional<double> value(FilterField field) const = 0;
  /// Words as they are typed, in lower case and with blanks for hyphens.
  virtual bool hasState(const QString& word) const = 0;
  virtual bool hasKind(const QString& word) const = 0;
};

/// What a person types to find rows: words, which must all occur in the row's names or ids, and conditions
/// such as `waiters>0 held>5m ttl<10s keys=0 renewals>3 state:expiring kind:election`, of findings
/// `state:critical kind:session-growth`. "Quoted text" is one word, whatever is in it.
class FilterExpression {
 public:
  struct Result;
  /// Never throws; see Result.
  static Result parse(const QString& text);

  bool matches(const FilterSubject& subject) const;
  bool empty() const { return terms_.empty(); }
  /// The answer for a row may change by time alone.
  bool dependsOnTime() const;

  /// "waiters>0 held>5m ttl<10s …", for a hint.
  static QString examples();

 private:
  enum class Comparison { Less, AtMost, Equal, AtLeast, More };
  struct Term {
    enum class Kind { Word, Number, State, Kind };
    Kind kind = Kind::Word;
    std::string word;  // of Word: lower case
    QString text;      // of State and Kind
    FilterField field = FilterField::Waiters;
    Comparison comparison = Comparison::Equal;
    double value = 0;
  };
  class Parser;

  static bool compare(double value, Comparison comparison, double limit);
  static bool matches(const Term& term, const FilterSubject& subject);

  std::vector<Term> terms_;
};

struct FilterExpression::Result {
  FilterExpression expression;
  QString error;  // empty when all of it was understood; otherwise `expression` is empty
};

}  // namespace leasescope::ui
