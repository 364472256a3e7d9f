/// Memory that the parts of one ``ThreadPool`` job share although some of them write to it: the one place where the
/// package tells the compiler that this is sound.
///
/// ```swift
/// // Each chunk has its own rows of `values`, each lane its own critic; all else is only read.
/// let shared = Disjoint((critics: critics, values: values))
/// pool.runInLanes(chunks, lanes: critics.count) { chunk, lane in … shared.value.critics[lane] … }
/// ```
///
/// It is `@unchecked Sendable` because no type can say what makes it so. Whoever makes one keeps three rules, and says in
/// a comment beside it how the first is kept:
/// 1. Whatever one part writes, no other part of the job reads or writes: parts write stretches that depend on their
///    number alone, and scratch memory is kept one per lane. Everything else is only read.
/// 2. It lives no longer than the job. `run` returns when all parts are done, and what they wrote is then visible to the
///    caller: a part's end is published by a release and awaited by an acquire (`Crew`).
/// 3. The caller touches none of it while the job runs.
///
/// Where a part's result is a value, ``ThreadPool/map(_:_:)`` and ``ThreadPool/update(_:_:)`` need none of this.
package struct Disjoint<Value>: @unchecked Sendable {
  package let value: Value

  package init(_ value: Value) { self.value = value }
}
