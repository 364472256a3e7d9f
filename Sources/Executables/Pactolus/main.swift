import Command

PactolusCommand.main()
