import Compute
import Foundation
import Synchronization
import Testing

@Suite("Thread pool")
struct ThreadPoolTests {
  /// A count that tasks can share.
  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  private func results(threads: Int, count: Int) -> [Double] {
    let pool = ThreadPool(threadCount: threads)
    return pool.map(count) { part in
      var stream = RandomSource(seed: 1).stream("part", part)
      return (0..<1000).reduce(0.0) { sum, _ in sum + stream.normal() }
    }
  }

  @Test("each element is changed once, by its own part, and values that own memory survive it")
  func updates() {
    let pool = ThreadPool(threadCount: 3)
    var elements = (0..<50).map { [String(repeating: "x", count: $0)] }
    pool.update(&elements) { part, element in element.append("\(part)") }
    #expect(elements == (0..<50).map { [String(repeating: "x", count: $0), "\($0)"] })
    #expect(pool.map(0) { $0 }.isEmpty)
    #expect(
      pool.map(50) { [String(repeating: "y", count: $0)] } == (0..<50).map { [String(repeating: "y", count: $0)] })
  }

  @Test("there are as many lanes as threads, and one inside a part, where parts run one after the other")
  func lanes() {
    for threads in [1, 3] {
      let pool = ThreadPool(threadCount: threads)
      #expect(pool.lanes == threads)
      let inside = pool.map(12) { _ in pool.lanes }
      // With one thread a part runs where the caller is.
      #expect(inside == [Int](repeating: 1, count: 12))
      let nested = pool.map(4) { _ in
        let seen = Mutex<[Int]>([])
        pool.runInLanes(3, lanes: pool.lanes) { part, lane in seen.withLock { $0.append(10 * part + lane) } }
        return seen.withLock { $0 }
      }
      #expect(threads == 1 || nested == [[Int]](repeating: [0, 10, 20], count: 4))
    }
  }

  @Test("1, 2 and 4 threads give the same bytes")
  func sameBytes() {
    let one = results(threads: 1, count: 101)
    #expect(results(threads: 2, count: 101) == one)
    #expect(results(threads: 4, count: 101) == one)
  }

  @Test("every part runs exactly once, run after run, whatever the number of threads")
  func exactlyOnce() {
    let pool = ThreadPool(threadCount: 3)
    for round in 0..<200 {
      if round == 100 { pool.threadCount = 2 }
      let count = Atomic(0)
      let sum = Atomic(0)
      pool.run(round) { part in
        count.add(1, ordering: .relaxed)
        sum.add(part, ordering: .relaxed)
      }
      #expect(count.load(ordering: .relaxed) == round)
      #expect(sum.load(ordering: .relaxed) == round * (round - 1) / 2)
    }
  }

  @Test("a run inside a part runs inline, and is finished when it returns")
  func nested() {
    let pool = ThreadPool(threadCount: 4)
    let total = Atomic(0)
    pool.run(8) { _ in
      let inner = Atomic(0)
      pool.run(5) { _ in inner.add(1, ordering: .relaxed) }
      total.add(inner.load(ordering: .relaxed), ordering: .relaxed)
    }
    #expect(total.load(ordering: .relaxed) == 40)
  }

  @Test("runs from several threads at once all finish")
  func concurrentCallers() async {
    let pool = ThreadPool(threadCount: 2)
    let total = Counter()
    await withDiscardingTaskGroup { group in
      for _ in 0..<4 {
        group.addTask { for _ in 0..<50 { pool.run(10) { _ in total.value.add(1, ordering: .relaxed) } } }
      }
    }
    #expect(total.value.load(ordering: .relaxed) == 2000)
  }

  @Test("parts that run at the same time have different lanes, below the number of threads", arguments: [1, 2, 4])
  func lanes(threads: Int) {
    let pool = ThreadPool(threadCount: threads)
    #expect(pool.lanes == threads)
    let taken = (0..<threads).map { _ in Flag() }
    let clashes = Counter()
    for _ in 0..<500 {
      pool.runInLanes(16, lanes: threads) { _, lane in
        if lane < 0 || lane >= threads || taken[lane].value.exchange(true, ordering: .acquiringAndReleasing) {
          clashes.value.add(1, ordering: .relaxed)
          return
        }
        for _ in 0..<50 { _ = taken[lane].value.load(ordering: .relaxed) }
        taken[lane].value.store(false, ordering: .releasing)
      }
    }
    #expect(clashes.value.load(ordering: .relaxed) == 0)
  }

  @Test("who has made fewer lanes ready than there are threads by now gets none beyond them")
  func fewerLanes() {
    let pool = ThreadPool(threadCount: 2)
    let ready = pool.lanes
    pool.threadCount = 4
    let beyond = Counter()
    let done = Counter()
    for _ in 0..<200 {
      pool.runInLanes(16, lanes: ready) { _, lane in
        if lane >= ready { beyond.value.add(1, ordering: .relaxed) }
        done.value.add(1, ordering: .relaxed)
      }
    }
    #expect(beyond.value.load(ordering: .relaxed) == 0 && done.value.load(ordering: .relaxed) == 3200)
  }

  /// A mark that tasks can share.
  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  @Test("after the number of threads was set, parts still run side by side", arguments: [0, 2])
  func sideBySide(again: Int) {
    let pool = ThreadPool(threadCount: 2)
    for _ in 0..<again { pool.threadCount = 2 }
    let begun = Atomic(0)
    let met = Atomic(0)
    // Each of two parts waits until the other has begun, which it never does if they run one after the other.
    pool.run(2) { _ in
      begun.add(1, ordering: .sequentiallyConsistent)
      for _ in 0..<20_000 where begun.load(ordering: .sequentiallyConsistent) < 2 {
        Thread.sleep(forTimeInterval: 0.001)
      }
      if begun.load(ordering: .sequentiallyConsistent) == 2 { met.add(1, ordering: .relaxed) }
    }
    #expect(met.load(ordering: .relaxed) == 2)
  }

  @Test("many short jobs, with pauses in which the threads fall asleep, are all done before run returns")
  func shortJobs() {
    let pool = ThreadPool(threadCount: 2)
    var places = [0, 0, 0]
    for job in 0..<20_000 {
      for part in 0..<3 { places[part] = -1 }
      pool.update(&places) { part, place in place = job + part }
      for part in 0..<3 where places[part] != job + part {
        Issue.record("part \(part) of job \(job) was not done")
        return
      }
      if job % 2_000 == 0 { Thread.sleep(forTimeInterval: 0.002) }
    }
  }

  @Test("the number of threads can change between any two jobs")
  func changingThreads() {
    let pool = ThreadPool(threadCount: 2)
    for round in 0..<50 {
      pool.threadCount = 1 + round % 4
      let count = Atomic(0)
      pool.run(20) { _ in count.add(1, ordering: .relaxed) }
      #expect(count.load(ordering: .relaxed) == 20)
    }
  }

  @Test("no parts is no work")
  func nothing() {
    ThreadPool(threadCount: 4).run(0) { _ in Issue.record("there is no part to run") }
  }
}
