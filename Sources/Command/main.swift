import Pactolus
print("pactolus")
